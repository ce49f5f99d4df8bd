//! Forms of any content, read by an independent parser.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use xquik::generated::bodies::UpdateAvatarBody;
use xquik::generated::runtime::FilePart;
use xquik::generated::types::{AvatarFile, AvatarFileAccount};

use crate::wire::parts;

#[test]
fn any_form_reads_back_as_what_it_was_made_of() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let bytes = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        // What looks like the frame of a form.
        "(--|\r\n|----[0-9a-f]{0,32}|Content-Disposition: form-data; name=\"x\"|a){0,12}"
            .prop_map(String::into_bytes),
    ];
    // `Avatar` leaves control characters out of file names; here the form itself is judged.
    let form = (r"\PC{1,40}", "(?s).{0,40}", bytes);
    TestRunner::new(Config::with_cases(256))
        .run(&form, |(account, name, bytes)| {
            let body = UpdateAvatarBody::Multipart(AvatarFile {
                account: AvatarFileAccount::try_from(account.clone()).expect("not empty"),
                file: FilePart::new(name.clone(), "image/png", bytes.clone()),
            });
            let encoded = body.encode().expect("a form");
            let again = body.encode().expect("a form");
            prop_assert_eq!(
                &again.bytes,
                &encoded.bytes,
                "the same form is the same bytes"
            );
            prop_assert_eq!(&again.content_type, &encoded.content_type);
            let parts = runtime.block_on(parts(&encoded.content_type, &encoded.bytes));
            prop_assert_eq!(parts.len(), 2);
            prop_assert_eq!(&parts[0].0, "account");
            prop_assert_eq!(&parts[0].3, account.as_bytes());
            let file = &parts[1];
            prop_assert_eq!(&file.0, "file");
            prop_assert_eq!(file.2.as_deref(), Some("image/png"));
            prop_assert_eq!(&file.3, &bytes);
            let base = name
                .rsplit(['/', '\\'])
                .next()
                .filter(|name| !name.is_empty());
            let expected: String = base
                .unwrap_or("file")
                .chars()
                .map(|c| match c {
                    '"' => "%22".to_owned(),
                    c if c.is_ascii_control() => format!("%{:02X}", u32::from(c)),
                    c => c.to_string(),
                })
                .collect();
            prop_assert_eq!(file.1.as_deref(), Some(&*expected));
            Ok::<(), TestCaseError>(())
        })
        .expect("every form");
}
