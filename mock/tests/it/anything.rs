//! Whatever is sent is answered, and with a documented status.

use proptest::prelude::*;
use xquik_mock::Sandbox;

use crate::client::{Request, Response};

/// One sandbox for all cases of a property, since each case is a request.
fn lenient() -> Sandbox {
    Sandbox::builder().no_rate_limit().start_now().unwrap()
}

fn one_of(answer: &Response, statuses: &[u16]) -> Result<(), TestCaseError> {
    prop_assert!(
        statuses.contains(&answer.status),
        "{}: {:?}",
        answer.status,
        answer.json()
    );
    Ok(())
}

const SUBMIT: [u16; 8] = [201, 202, 400, 401, 404, 409, 410, 422];
const AVATAR: [u16; 9] = [200, 202, 400, 401, 402, 403, 404, 409, 422];

#[test]
fn any_body_of_any_type_is_answered() {
    let sandbox = lenient();
    let kinds = prop_oneof![
        Just("application/json".to_owned()),
        Just("application/json; charset=utf-8".to_owned()),
        Just("multipart/form-data; boundary=gap".to_owned()),
        "[ -~]{0,40}",
    ];
    let body = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        "\\{\"(email_code|account|url)\":[ -~]{0,20}\\}?".prop_map(String::into_bytes),
        "--gap\r\nContent-Disposition: form-data; name=\"(account|file)\"[ -~]{0,10}\r\n\r\n[ -~]{0,20}(\r\n--gap(--)?)?"
            .prop_map(String::into_bytes),
    ];
    proptest!(ProptestConfig::with_cases(300), |(kind in kinds, body in body)| {
        let answer = Request::submit("xch_1", "x").without("content-type").header("Content-Type", &kind).body(&body).send(&sandbox);
        one_of(&answer, &SUBMIT)?;
        let answer = Request::new("PATCH", "/x/profile/avatar").header("Content-Type", &kind).body(&body).send(&sandbox);
        one_of(&answer, &AVATAR)?;
    });
}

#[test]
fn any_id_is_answered() {
    let sandbox = lenient();
    let id = prop_oneof![
        "[!-~&&[^?#]]{0,30}",
        "(%[0-9a-fA-F]{2}){1,10}",
        "xch_mock_[0-9a-z_]{0,10}"
    ];
    proptest!(ProptestConfig::with_cases(300), |(id in id)| {
        let answer = Request::submit(&id, "123456").send(&sandbox);
        // The server itself refuses what is no target of a request.
        prop_assert!(answer.status < 504 && answer.status >= 200);
        if !id.contains(|c: char| "\"<>\\^`{|}".contains(c)) {
            prop_assert!([429, 503].contains(&answer.status) || SUBMIT.contains(&answer.status), "{}", answer.status);
        }
    });
}

#[test]
fn any_code_of_the_right_length_is_a_refused_login_or_a_magic_one() {
    let sandbox = lenient();
    let count = std::cell::Cell::new(0);
    proptest!(ProptestConfig::with_cases(200), |(code in "\\PC{4,64}")| {
        count.set(count.get() + 1);
        let n = count.get();
        let answer = Request::submit(&format!("xch_{n}"), &code).send(&sandbox);
        let stripped = code.chars().filter(|c| *c != ' ').count();
        if stripped < 4 {
            prop_assert_eq!(answer.status, 400);
        } else {
            one_of(&answer, &SUBMIT)?;
            prop_assert!(answer.status != 400 || code.contains("mock_"));
        }
        let shown = format!("{:?}", sandbox.requests().last().unwrap());
        prop_assert!(stripped < 4 || !shown.contains(&code) || "[blanked]".contains(&code), "{}", shown);
    });
}
