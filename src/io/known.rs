use serde_json::Value;

use super::fault::RejectReason;
use super::settings::FieldRole;
use crate::text::{Known, Label};

/// Reads `{"NOM": ["…", …], "IPP": "…"}`: strings, numbers, or arrays of them.
///
/// # Errors
/// [`RejectReason::WrongType`] for anything else, [`RejectReason::UnknownLabel`] for a label not in `labels`.
pub(super) fn parse(json: &str, labels: &[Label]) -> Result<Known, RejectReason> {
    let wrong = RejectReason::WrongType(FieldRole::Known);
    let all = match serde_json::from_str(json) {
        Ok(Value::Object(all)) => all,
        Ok(Value::Null) => return Ok(Known::default()),
        _ => return Err(wrong),
    };
    let mut known = Vec::new();
    for (name, values) in all {
        let label = *labels.iter().find(|label| label.as_str() == name).ok_or(RejectReason::UnknownLabel)?;
        let values = match values {
            Value::Array(values) => values,
            one => vec![one],
        };
        for value in values {
            match value {
                Value::String(value) if value.trim().is_empty() => {}
                Value::String(value) => known.push((label, value)),
                Value::Number(value) => known.push((label, value.to_string())),
                Value::Null => {}
                _ => return Err(wrong),
            }
        }
    }
    Ok(Known(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_strings_numbers_and_arrays() {
        let known = parse(r#"{"NOM": ["Morel", "Petit", ""], "IPP": 8003214567, "VILLE": null}"#, Label::ALL).unwrap();
        assert_eq!(known.0.len(), 3);
        assert_eq!(known.0[2], (Label::IPP, "8003214567".to_owned()));
        assert_eq!(parse(r#"{"NOMS": "x"}"#, Label::ALL).unwrap_err(), RejectReason::UnknownLabel);
        for wrong in [r#"{"NOM": {"a": 1}}"#, r#"["NOM"]"#, r#"{"NOM": [true]}"#, "x"] {
            assert_eq!(parse(wrong, Label::ALL).unwrap_err(), RejectReason::WrongType(FieldRole::Known));
        }
    }
}
