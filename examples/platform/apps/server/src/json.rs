//! Just enough JSON to write what the health routes say.

use std::fmt::Write;

/// `text` as a JSON string, quotes included.
pub fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            control if (control as u32) < 0x20 => {
                let _ = write!(quoted, "\\u{:04x}", control as u32);
            }
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

/// An object of members whose values are JSON already.
pub fn object(members: &[(&str, String)]) -> String {
    let pairs: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("{}:{}", string(name), value))
        .collect();
    format!("{{{}}}", pairs.join(","))
}

/// A list of items that are JSON already.
pub fn list(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_control_characters_are_escaped() {
        assert_eq!(string("a\"b\\c\n"), "\"a\\\"b\\\\c\\u000a\"");
    }

    #[test]
    fn objects_and_lists_nest() {
        let inner = object(&[("a", list(&["1".to_string(), "2".to_string()]))]);
        assert_eq!(inner, "{\"a\":[1,2]}");
    }
}
