//! The binary as a user meets it: arguments, outputs, exit codes, messages.

mod common;

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use common::{LETTER, documents, estompe, folder, lines, notes, outputs, run, stderr, stdout, tree};
use serde_json::{Value, json};

#[test]
fn help_teaches() {
    let folder = folder();
    let help = stdout(&run(&["--help"], folder.path()));
    for word in ["run", "explain", "key", "lexicon", "sortie"] {
        assert!(help.contains(word), "{help}");
    }
    let help = stdout(&run(&["run", "--help"], folder.path()));
    for word in ["--resume", "--policy", "--patients", "--keep-names", "Exit status", "rejects.jsonl"] {
        assert!(help.contains(word), "{help}");
    }
}

#[test]
fn a_folder_of_texts_in_one_command() {
    let folder = folder();
    let input = folder.path().join("rapports/cardio");
    fs::create_dir_all(&input).unwrap();
    fs::write(input.join("KERBRAT_Lucie_8003214567.txt"), LETTER).unwrap();
    fs::write(folder.path().join("rapports/b.txt"), "Vu par le Dr Amrani.").unwrap();
    let output = run(&["run", "rapports", "--output", "sortie"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("2 documents"), "{}", stderr(&output));
    let sortie = folder.path().join("sortie");
    let files = tree(&sortie);
    let names: Vec<&String> = files.keys().filter(|name| !name.starts_with("private/")).collect();
    assert_eq!(names.len(), 6, "{names:?}");
    assert!(!names.iter().any(|name| name.contains("KERBRAT") || name.contains("8003214567")), "{names:?}");
    for (name, bytes) in files.iter().filter(|(name, _)| !name.starts_with("private/")) {
        let text = String::from_utf8_lossy(bytes).to_uppercase();
        for value in ["KERBRAT", "8003214567", "AMRANI", "MOREL", "RAPPORTS"] {
            assert!(!text.contains(value), "{name} holds {value}");
        }
    }
    let spans = lines(&sortie.join("spans.jsonl"));
    assert_eq!(spans.len(), 2);
    let letter = spans.iter().find(|line| line["entities"].as_array().unwrap().len() > 4).expect("the letter");
    let path = sortie.join(format!("documents/00000/{}.txt", letter["note_id"].as_str().unwrap()));
    let (original, out): (Vec<char>, Vec<char>) =
        (LETTER.chars().collect(), fs::read_to_string(path).unwrap().chars().collect());
    let slice = |text: &[char], from: &Value, to: &Value| -> String {
        text[from.as_u64().unwrap() as usize..to.as_u64().unwrap() as usize].iter().collect()
    };
    let ipp = letter["entities"].as_array().unwrap().iter().find(|entity| entity["label"] == "IPP").expect("an IPP");
    assert_eq!(slice(&original, &ipp["start"], &ipp["end"]), "8003214567");
    assert_eq!(slice(&out, &ipp["out_start"], &ipp["out_end"]).len(), 10);
    let correspondence = String::from_utf8(files["private/documents.csv"].clone()).unwrap();
    assert!(correspondence.contains("cardio/KERBRAT_Lucie_8003214567.txt"), "{correspondence}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &str| fs::metadata(sortie.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("private"), mode("private/projet.key"), mode("private/documents.csv")), (0o700, 0o600, 0o600));
    }
}

#[test]
fn json_lines_keep_their_other_fields() {
    let folder = folder();
    fs::write(folder.path().join("notes.jsonl"), notes(7)).unwrap();
    let output = run(&["run", "notes.jsonl", "--output", "s", "--key", "projet.key", "--json", "-q"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).is_empty(), "{}", stderr(&output));
    let figures: Value = serde_json::from_str(&stdout(&output)).expect("one JSON line");
    assert_eq!((&figures["documents"], &figures["rejected"]), (&json!(7), &json!(0)));
    let out = documents(&folder.path().join("s"));
    assert_eq!(out.len(), 7);
    for (at, document) in out.iter().enumerate() {
        assert_eq!((&document["note_id"], &document["service"]), (&json!(at), &json!("cardio")));
    }
    // One patient, one date shift: the two dates of a letter move together, in every letter of the patient.
    let date = |at: usize| {
        out[at]["note_text"].as_str().unwrap().lines().next().unwrap().rsplit("le ").next().unwrap().to_owned()
    };
    assert_eq!(date(0), date(1));
}

#[test]
fn standard_input_and_presets() {
    let folder = folder();
    let note = json!({ "note_id": 1, "person_id": 5, "note_date": "2021-03-12", "note_text": LETTER });
    let mut child = estompe()
        .args(["run", "-", "--preset", "omop", "--output", "s", "--key", "projet.key", "--policy", "export", "-q"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(format!("{note}\n").as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    let out = documents(&folder.path().join("s"));
    assert_eq!(out[0]["person_id"], 5);
    insta::assert_snapshot!(out[0]["note_text"].as_str().unwrap(), @r"
    Loire-Atlantique, le mars 2021

    Cher confrère,

    Je vois ce jour Mme <PRENOM> <NOM>, née le 1950, IPP : <IPP>, pour une maladie de Parkinson. Tél : <TEL>.

    Dr <PRENOM> <NOM>
    ");
}

#[test]
fn what_is_known_is_found() {
    let folder = folder();
    let text = "revue ce matin, la petite plume va mieux; plume et Plumme, dossier 12-34-5, habite quai de la fosse";
    let note = json!({ "note_id": 1, "patient_id": "p", "note_text": text, "known": { "NOM": ["Plume"], "ADRESSE": "quai de la Fosse" } });
    fs::write(folder.path().join("n.jsonl"), format!("{note}\n")).unwrap();
    fs::write(folder.path().join("patients.csv"), "patient_id;nom;ipp\np;Plume;12345\n").unwrap();
    let args =
        ["run", "n.jsonl", "--output", "s", "--key", "projet.key", "--policy", "export", "--patients", "patients.csv"];
    let output = run(&args, folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let out = &documents(&folder.path().join("s"))[0];
    assert!(out.get("known").is_none(), "identities came out");
    let text = out["note_text"].as_str().unwrap();
    for value in ["Plumme", "12-34-5", "quai de la fosse"] {
        assert!(!text.contains(value), "{text}");
    }
}

#[test]
fn csv_and_strictness() {
    let folder = folder();
    let table = "note_id;note_text;commentaire;service\r\n1;\"Vu par le Dr AMRANI\r\nle 12/03/2021\";\"un long commentaire libre de plus de quarante caractères\";cardio\r\n";
    fs::write(folder.path().join("t.csv"), table).unwrap();
    let strict = run(&["run", "t.csv", "--output", "s", "--key", "projet.key", "--strict"], folder.path());
    assert_eq!(strict.status.code(), Some(2), "{}", stderr(&strict));
    assert!(stderr(&strict).contains("commentaire"), "{}", stderr(&strict));
    let open = run(&["run", "t.csv", "--output", "s", "--key", "projet.key", "--policy", "export"], folder.path());
    assert_eq!(open.status.code(), Some(0), "{}", stderr(&open));
    assert!(stderr(&open).contains("commentaire"), "no warning: {}", stderr(&open));
    let out = fs::read_to_string(folder.path().join("s/documents/part-00000.csv")).unwrap();
    assert_eq!(out, table.replace("AMRANI", "<NOM>").replace("12/03/2021", "03/2021"));
}

#[test]
fn keys_are_made_once_and_never_shown() {
    let folder = folder();
    let made = run(&["key", "new", "a.key"], folder.path());
    assert!(made.status.success(), "{}", stderr(&made));
    let secret = fs::read_to_string(folder.path().join("a.key")).unwrap();
    let fingerprint = stdout(&made);
    assert!(!secret.contains(fingerprint.trim()) && fingerprint.trim().len() == 16, "{fingerprint}");
    assert_eq!(stdout(&run(&["key", "fingerprint", "a.key"], folder.path())), fingerprint);
    let again = run(&["key", "new", "a.key"], folder.path());
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(fs::read_to_string(folder.path().join("a.key")).unwrap(), secret);
    fs::write(folder.path().join("n.jsonl"), notes(3)).unwrap();
    let output = run(&["run", "n.jsonl", "--output", "s", "--key", "a.key", "--json"], folder.path());
    let secret = secret.trim().rsplit(':').next().unwrap();
    let all = stdout(&output) + &stderr(&output);
    assert!(!all.contains(secret));
    assert!(outputs(&folder.path().join("s")).values().all(|bytes| !String::from_utf8_lossy(bytes).contains(secret)));
}

#[test]
fn two_keys_cannot_be_joined() {
    let folder = folder();
    fs::write(folder.path().join("n.jsonl"), notes(9)).unwrap();
    common::key(&folder.path().join("autre.key"), 9);
    for key in ["projet.key", "autre.key"] {
        assert!(
            run(&["run", "n.jsonl", "--output", &format!("{key}.d"), "--key", key, "-q"], folder.path())
                .status
                .success()
        );
    }
    let (a, b) = (documents(&folder.path().join("projet.key.d")), documents(&folder.path().join("autre.key.d")));
    assert!(a.iter().zip(&b).all(|(a, b)| a["note_text"] != b["note_text"]));
}

#[test]
fn encrypted_values_come_back_with_their_key_alone() {
    let folder = folder();
    fs::write(folder.path().join("n.jsonl"), notes(4)).unwrap();
    fs::write(folder.path().join("p.toml"), "describes = \"x\"\ndefault = \"encrypt\"\n").unwrap();
    let args = ["run", "n.jsonl", "--output", "s", "--key", "projet.key", "--policy", "./p.toml", "-q"];
    let output = run(&args, folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let part = "s/documents/part-00000.jsonl";
    let written = fs::read_to_string(folder.path().join(part)).unwrap();
    assert!(written.contains("<NOM:enc:") && !written.contains("KERBRAT"));
    let back = run(&["restore", part, "--key", "projet.key"], folder.path());
    assert_eq!((back.status.code(), stdout(&back)), (Some(0), notes(4)));
    common::key(&folder.path().join("autre.key"), 9);
    let other = run(&["restore", part, "--key", "autre.key"], folder.path());
    assert_eq!((other.status.code(), stdout(&other)), (Some(1), written));
}

#[test]
fn what_holds_the_original_is_private() {
    let folder = folder();
    fs::write(folder.path().join("n.jsonl"), notes(2)).unwrap();
    let args =
        ["run", "n.jsonl", "--output", "s", "--key", "projet.key", "-q", "--emit", "brat,annotated", "--with-text"];
    let output = run(&args, folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let files = tree(&folder.path().join("s"));
    let holds = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).contains("8000000037");
    let holding: Vec<&String> = files.iter().filter(|(_, bytes)| holds(bytes)).map(|(name, _)| name).collect();
    assert_eq!(holding, ["private/annotated.jsonl"]);
    let annotations = String::from_utf8(files["brat/00000/00000001.ann"].clone()).unwrap();
    assert!(annotations.contains("\tNOM "), "{annotations}");
    let annotated = &lines(&folder.path().join("s/private/annotated.jsonl"))[1];
    assert!(annotated["note_text"].as_str().unwrap().contains("AMRANI"));
}

#[test]
fn explain_shows_what_and_why() {
    let folder = folder();
    fs::write(folder.path().join("lettre.txt"), LETTER).unwrap();
    let shown = stdout(&run(&["explain", "lettre.txt", "--key", "projet.key"], folder.path()));
    assert!(shown.contains("[KERBRAT](NOM)") && shown.contains("[8003214567](IPP)"), "{shown}");
    assert!(shown.contains("name/title") && shown.contains("ipp/"), "{shown}");
    let colours = stdout(&run(&["explain", "lettre.txt", "--color", "always"], folder.path()));
    assert!(colours.contains("\u{1b}["), "{colours}");
    let object: Value =
        serde_json::from_str(&stdout(&run(&["explain", "lettre.txt", "--json"], folder.path()))).unwrap();
    assert!(object["entities"].as_array().unwrap().iter().any(|entity| entity["text"] == "KERBRAT"));
    let absent = run(&["explain", "absente.txt"], folder.path());
    assert_eq!(absent.status.code(), Some(2));
}

#[test]
fn lexicons_are_checked_counted_and_extended() {
    let folder = folder();
    let checked = run(&["lexicon", "check"], folder.path());
    assert_eq!(checked.status.code(), Some(0), "{}", stderr(&checked));
    assert!(stdout(&run(&["lexicon", "stats"], folder.path())).contains("last names"));

    let bad = folder.path().join("identifiants");
    fs::create_dir(&bad).unwrap();
    let file = "label = \"IPP\"\ndescribes = \"x\"\nsource = \"x\"\npriority = 1\npatterns = ['x(\\d{4})']\nexamples = [\"x1234\"]\n";
    fs::write(bad.join("ipp.toml"), file).unwrap();
    assert_eq!(run(&["lexicon", "check", "identifiants"], folder.path()).status.code(), Some(1));
    fs::write(bad.join("ipp.toml"), file.replace("priority = 1", "check = \"rien\"\npriority = 1")).unwrap();
    let refused = run(&["lexicon", "check", "identifiants"], folder.path());
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("known checks"), "{}", stderr(&refused));

    // Invented rows in the published layouts.
    let finess_row = "structureet;999563109;999921281;CLINIQUE DES TROIS ZORGLUBS;CLINIQUE PRIVEE DES TROIS ZORGLUBS;;;12;R;DES LILAS;;;001;99;X;99000 X;0199001234;;101;CH;1102;C;;;\n";
    let bdpm = "60000001\tZORGLUBINE 500 mg, comprimé\tcomprimé\torale\tAutorisation active\tProcédure nationale\tCommercialisée\t01/01/2001\t\t\tLABO\tNon\n";
    let compo = "60000001\tcomprimé\t01234\tZORGLUBOCAÏNE\t500 mg\tun comprimé\tSA\t1\t\n";
    for (name, text) in [
        (
            "nat.csv",
            "sexe;preusuel;annais;nombre\n2;ZORGLUBETTE;1999;300\n1;ZORGLUBETTE;1999;3\n2;_PRENOMS_RARES;1999;9\n",
        ),
        ("noms.txt", "NOM\t_1891_1900\t_1901_1910\nZORGLUBIER\t12\t30\nAUTRES NOMS\t1\t1\n"),
        ("finess.csv", finess_row),
        ("CIS_bdpm.txt", bdpm),
        ("CIS_COMPO_bdpm.txt", compo),
        (
            "v_commune.csv",
            "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\nCOM,99001,99,99,99D,991,1,ZORGLUBVILLE,Zorglubville,Zorglubville,9901,\n",
        ),
        (
            "hexasmal.csv",
            "#Code_commune_INSEE;Nom_de_la_commune;Code_postal;Libellé_d_acheminement;Ligne_5\n99002;ST ZORGLUB SUR MER;99000;ST ZORGLUB SUR MER;\n",
        ),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let files =
        ["nat.csv", "noms.txt", "finess.csv", "CIS_bdpm.txt", "CIS_COMPO_bdpm.txt", "v_commune.csv", "hexasmal.csv"];
    let imported = run(&[&["lexicon", "import"], &files[..], &["--output", "site"]].concat(), folder.path());
    assert_eq!(imported.status.code(), Some(0), "{}", stderr(&imported));
    assert!(stdout(&imported).contains("8 of them new"), "{}{}", stdout(&imported), stderr(&imported));
    let text = "sous Zorglubine, vue à Zorglubville par Zorglubette Zorglubier, Clinique des trois zorglubs";
    fs::write(folder.path().join("l.txt"), text).unwrap();
    let shown =
        stdout(&run(&["explain", "l.txt", "--lexicons", "site", "--output-only", "--policy", "mask"], folder.path()));
    assert_eq!(shown, "sous Zorglubine, vue à *** par *** ***, ***");
    let unknown = run(&["lexicon", "import", "l.txt", "--output", "site2"], folder.path());
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("l.txt"), "{}", stderr(&unknown));
}

#[test]
fn site_shapes_are_found_without_cue() {
    let folder = folder();
    fs::write(folder.path().join("l.txt"), "dossier revu, H1234567 puis 8123456789.").unwrap();
    fs::write(folder.path().join("site.toml"), "[shapes]\nIPP = ['h\\d{7}']\nNDA = ['8\\d{9}']\n").unwrap();
    let args = ["explain", "l.txt", "--site", "site.toml", "--policy", "export", "--output-only"];
    assert_eq!(stdout(&run(&args, folder.path())), "dossier revu, <IPP> puis <NDA>.");
    fs::write(folder.path().join("site.toml"), "[shapes]\nINCONNU = ['(']\n[autre]\n").unwrap();
    assert_eq!(run(&args, folder.path()).status.code(), Some(2));
}
