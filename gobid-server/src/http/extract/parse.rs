//! JSON bodies into what they must be, with a sentence for each field that is not.

use std::collections::BTreeMap;

use gobid_api::problem::FieldErrors;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::MOST_FAULTS;
use crate::http::problem::ApiError;

/// Parses a body into what it must be: one object, with no fields but those that are known.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    if body.trim_ascii_start().first() != Some(&b'{') {
        let why = "the body must be one JSON object, {…}";
        return Err(ApiError::MalformedJson(why.to_owned()));
    }
    serde_json::from_slice(body).map_err(|why| {
        let faults = match why.classify() {
            Category::Data => faults_by_field::<T>(body),
            Category::Io | Category::Syntax | Category::Eof => FieldErrors::new(),
        };
        if faults.is_empty() {
            ApiError::MalformedJson(format!("the body is not what it must be: {why}"))
        } else {
            ApiError::Invalid(faults)
        }
    })
}

/// What is wrong with the shape of each field: each is tried alone. That a field is missing which
/// has to be there is no fault of the others.
fn faults_by_field<T: DeserializeOwned>(body: &[u8]) -> FieldErrors {
    let Ok(fields) = serde_json::from_slice::<BTreeMap<String, Box<RawValue>>>(body) else {
        return FieldErrors::new();
    };
    let missing = why_not::<T>("{}");
    let faults = fields.iter().filter_map(|(name, value)| {
        let alone = serde_json::to_string(&BTreeMap::from([(name, value)])).ok()?;
        let why = why_not::<T>(&alone).filter(|why| Some(why) != missing.as_ref())?;
        Some((short(name, 64), vec![sentence(&why)]))
    });
    let faults = faults.take(MOST_FAULTS);
    let missing = missing.as_deref().and_then(|why| why.split('`').nth(1));
    let missing = missing.filter(|name| !fields.contains_key(*name));
    faults.chain(missing.map(|name| (name.to_owned(), vec!["is missing".to_owned()]))).collect()
}

/// Why a body cannot be read, in the words of the parser and without the places.
fn why_not<T: DeserializeOwned>(body: &str) -> Option<String> {
    let why = serde_json::from_str::<T>(body).err()?.to_string();
    why.split(" at line ").next().map(str::to_owned)
}

/// The words of the parser as a sentence about the field.
fn sentence(why: &str) -> String {
    let why = why.strip_prefix("an amount ").unwrap_or(why);
    let name = || why.split('`').nth(1).unwrap_or_default();
    if why.starts_with("missing field ") {
        return format!("has no {}", name());
    }
    let Some((found, expected)) = why.split_once(", expected ") else {
        return short(why, 200);
    };
    if found.starts_with("unknown field ") {
        let fields = expected.trim_start_matches("one of ").replace('`', "");
        return format!("is not a field here; there are {fields}");
    }
    let found = found.trim_start_matches("invalid type: ").trim_start_matches("invalid value: ");
    format!("must be {}, not {}", in_json(expected), short(found, 64))
}

/// What the parser expected, in words of JSON.
fn in_json(expected: &str) -> &str {
    match expected {
        "u32" => "a whole number from 0",
        "i64" => "a whole number",
        "a sequence" => "a list",
        _ if expected.starts_with("struct ") => "an object",
        _ => expected,
    }
}

fn short(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use gobid_api::admin::VoidBidder;
    use gobid_api::products::{NewProduct, Reason};
    use gobid_api::users::NewUser;

    use super::*;

    fn faults<T: DeserializeOwned>(body: &str) -> FieldErrors {
        match parse::<T>(body.as_bytes()) {
            Err(ApiError::Invalid(errors)) => errors,
            other => panic!("{body}: {:?}", other.map(|_| ())),
        }
    }

    #[test]
    fn every_field_of_a_wrong_shape_is_named() {
        let errors = faults::<NewUser>(r#"{"user_name":7,"email":["a"],"password":"x","age":5}"#);
        assert_eq!(errors.keys().collect::<Vec<_>>(), ["age", "email", "user_name"]);
        assert_eq!(errors["user_name"], ["must be a string, not integer `7`"]);
        assert!(errors["age"][0].starts_with("is not a field here; there are user_name, email"));
    }

    #[test]
    fn what_is_wrong_is_told_in_words_of_json() {
        let table = [
            (r#"{"soft_close_seconds":-1}"#, "must be a whole number from 0, not integer `-1`"),
            (r#"{"soft_close_seconds":"1"}"#, "must be a whole number from 0, not string \"1\""),
            (r#"{"increment":[1]}"#, "must be an object, not integer `1`"),
            (r#"{"increment":[{"from":0}]}"#, "has no step"),
            (r#"{"increment":{}}"#, "must be a decimal string such as \"1275.00\", or a number"),
            (r#"{"dutch":{"floor":"1","step":"1"}}"#, "has no tick_seconds"),
            (r#"{"dutch":7}"#, "must be an object, not integer `7`"),
        ];
        for (body, why) in table {
            let errors = faults::<NewProduct>(body);
            assert_eq!(errors.into_values().collect::<Vec<_>>(), [[why]], "{body}");
        }
        let errors = faults::<Reason>(r#"{"why":"x"}"#);
        assert_eq!(errors["why"], ["is not a field here; there are reason"]);
    }

    #[test]
    fn a_field_that_is_missing_is_named_and_no_other_one_for_it() {
        let missing = faults::<VoidBidder>(r#"{"reason":"shill bids"}"#);
        assert_eq!(missing.into_iter().collect::<Vec<_>>(), [missing_user_id()]);
        assert_eq!(faults::<VoidBidder>("{}").into_iter().collect::<Vec<_>>(), [missing_user_id()]);
        let both = faults::<VoidBidder>(r#"{"reason":7}"#);
        assert_eq!(both.keys().collect::<Vec<_>>(), ["reason", "user_id"]);
        let wrong = faults::<VoidBidder>(r#"{"user_id":"eva","reason":"x"}"#);
        assert_eq!(wrong.keys().collect::<Vec<_>>(), ["user_id"]);
    }

    fn missing_user_id() -> (String, Vec<String>) {
        ("user_id".to_owned(), vec!["is missing".to_owned()])
    }

    #[test]
    fn what_is_not_one_object_is_malformed() {
        let bodies = [
            "",
            "7",
            "null",
            r#"["a","b","c"]"#,
            "{",
            r#"{"email":"a","email":"b"}"#,
            r#"{"email":"a"} x"#,
            "{\"email\":\"\u{7}\"}",
        ];
        for body in bodies {
            let parsed = parse::<NewUser>(body.as_bytes());
            assert!(matches!(parsed, Err(ApiError::MalformedJson(_))), "{body}");
        }
        assert!(matches!(
            parse::<NewUser>(b"{\"email\":\"\xff\"}"),
            Err(ApiError::MalformedJson(_))
        ));
    }
}
