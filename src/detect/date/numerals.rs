//! French numbers in words, as far as dates need them: 1 to 31, and years.

const UNITS: [&str; 20] = [
    "zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
];
const TENS: [(&str, i32); 7] = [
    ("vingt", 20),
    ("vingts", 20),
    ("trente", 30),
    ("quarante", 40),
    ("cinquante", 50),
    ("soixante", 60),
    ("premier", 1),
];

/// Reads folded words: `quinze`, `premier`, `deux mille dix neuf`, `mil neuf cent quatre-vingt-douze`.
pub fn read_number(words: &str) -> Option<i32> {
    let (mut total, mut below) = (0, 0);
    let mut some = false;
    for word in words.split([' ', '-', '\n']).filter(|word| !word.is_empty() && *word != "et") {
        some = true;
        match word {
            "mil" | "mille" => (total, below) = (total + below.max(1) * 1000, 0),
            "cent" | "cents" => below = below.max(1) * 100,
            "vingt" | "vingts" if below % 100 == 4 => below += 76,
            _ => below += UNITS.iter().position(|unit| *unit == word).map(|at| at as i32).or_else(|| tens(word))?,
        }
    }
    some.then_some(total + below)
}

fn tens(word: &str) -> Option<i32> {
    match word {
        "une" => Some(1),
        "septante" => Some(70),
        "huitante" => Some(80),
        "nonante" => Some(90),
        _ => TENS.iter().find(|(ten, _)| *ten == word).map(|(_, value)| *value),
    }
}

/// Writes 1 to 2999 in words; hyphens inside tens, blanks elsewhere.
pub fn write_number(number: i32) -> String {
    match number {
        0..=19 => UNITS[number as usize].to_owned(),
        20..=69 => {
            let (ten, rest) = (TENS.iter().find(|(_, value)| *value == number / 10 * 10), number % 10);
            let ten = ten.map_or("", |(word, _)| word);
            match rest {
                0 => ten.to_owned(),
                1 => format!("{ten} et un"),
                _ => format!("{ten}-{}", UNITS[rest as usize]),
            }
        }
        71 => "soixante et onze".to_owned(),
        70..=79 => format!("soixante-{}", UNITS[(number - 60) as usize]),
        80 => "quatre-vingts".to_owned(),
        81..=99 => format!("quatre-vingt-{}", UNITS[(number - 80) as usize]),
        100..=999 => {
            let (hundreds, rest) = (number / 100, number % 100);
            let head = if hundreds == 1 { "cent".to_owned() } else { format!("{} cent", UNITS[hundreds as usize]) };
            if rest == 0 { head } else { format!("{head} {}", write_number(rest)) }
        }
        _ => {
            let (thousands, rest) = (number / 1000, number % 1000);
            let head = if thousands == 1 { "mille".to_owned() } else { format!("{} mille", write_number(thousands)) };
            if rest == 0 { head } else { format!("{head} {}", write_number(rest)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for number in (1..100).chain(1900..2100) {
            assert_eq!(read_number(&write_number(number)), Some(number), "{}", write_number(number));
        }
        assert_eq!(read_number("mil neuf cent quatre vingt douze"), Some(1992));
        assert_eq!(read_number("premier"), Some(1));
        assert_eq!(read_number("deux mille chats"), None);
    }
}
