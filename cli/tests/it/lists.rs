//! Many accounts: the list, the journal, and starting again after any end.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use xquik_mock::{Fault, RateLimit, Sandbox};

use crate::program::{Ended, Run, file, folder, png, until, xquik};
use crate::server::{Server, Then};

fn sandbox() -> Sandbox {
    Sandbox::builder()
        .no_rate_limit()
        .start_now()
        .expect("a sandbox")
}

fn avatars(list: &Path, journal: &Path) -> Run {
    xquik(["avatar", "update", "--from"])
        .args([list])
        .args(["--journal"])
        .args([journal])
        .json()
}

fn disconnections(list: &Path, journal: &Path) -> Run {
    xquik(["account", "disconnect", "--yes", "--from"])
        .args([list])
        .args(["--journal"])
        .args([journal])
        .json()
}

/// The lines for items, and the last one.
#[track_caller]
fn lines(ended: &Ended) -> (Vec<Value>, Value) {
    let mut lines: Vec<Value> = ended
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON object"))
        .collect();
    let last = lines.pop().unwrap_or_else(|| panic!("{ended:?}"));
    (lines, last)
}

fn summary(done: u64, failed: u64, skipped: u64, credits: u64) -> Value {
    json!({"outcome": "list", "done": done, "failed": failed, "skipped": skipped, "credits": credits})
}

/// A folder with a picture, and the list that updates with it as often.
fn pictures(folder: &tempfile::TempDir, count: usize) -> (PathBuf, PathBuf) {
    let picture = file(folder, "a.png", &png(300)).display().to_string();
    let rows: String = (0..count)
        .map(|_| format!("myxaccount,{picture}\n"))
        .collect();
    let list = file(
        folder,
        "list.csv",
        format!("account,file\n{rows}").as_bytes(),
    );
    (list, folder.path().join("journal"))
}

#[test]
fn each_item_is_a_line_and_the_last_line_counts_them() {
    let (sandbox, folder) = (sandbox(), folder());
    file(&folder, "a.png", &png(300));
    let list = file(
        &folder,
        "list.csv",
        b"account,file,url\nmyxaccount,a.png,\nneedsreauth,,https://example.com/a.png\n@myxaccount,nowhere.png,\nmyxaccount,,https://example.com/b.png\n",
    );
    let ended = avatars(&list, &folder.path().join("journal"))
        .within(folder.path())
        .env("XQUIK_BASE_URL", sandbox.base_url())
        .run();
    assert_eq!(ended.exit, 1);
    let (items, last) = lines(&ended);
    assert_eq!(last, summary(2, 2, 0, 20));
    let numbers: BTreeSet<_> = items.iter().map(|item| item["item"].as_u64()).collect();
    assert_eq!(numbers, (1..=4).map(Some).collect());
    for item in items {
        match item["item"].as_u64() {
            Some(1 | 4) => {
                assert_eq!(item["outcome"], "avatar_updated");
                assert_eq!(item["account"], "myxaccount");
            }
            Some(2) => {
                assert_eq!(item["error"]["code"], "account_needs_reauth");
                assert!(item["error"]["idempotency_key"].is_string());
            }
            _ => assert_eq!(item["error"]["kind"], "invalid_request"),
        }
    }
    assert_eq!(sandbox.state().credits(), 980);
}

#[test]
fn what_was_done_is_skipped_and_what_failed_is_tried_again() {
    let (sandbox, folder) = (sandbox(), folder());
    let list = file(
        &folder,
        "list.ndjson",
        b"{\"id\":\"3\"}\n{\"id\":\"99\"}\n{\"id\":\"4\"}\n",
    );
    let journal = folder.path().join("journal");
    let run = || {
        disconnections(&list, &journal)
            .env("XQUIK_BASE_URL", sandbox.base_url())
            .run()
    };
    let first = run();
    assert_eq!((first.exit, lines(&first).1), (1, summary(2, 1, 0, 0)));
    let second = run();
    let (items, last) = lines(&second);
    assert_eq!((second.exit, last), (1, summary(0, 1, 2, 0)));
    assert_eq!(
        (&items[0]["item"], &items[0]["error"]["code"]),
        (&json!(2), &json!("not_found"))
    );
    // Where nothing came of an item, the list may be put right.
    file(
        &folder,
        "list.ndjson",
        b"{\"id\":\"3\"}\n{\"id\":\"5\"}\n{\"id\":\"4\"}\n",
    );
    let third = run();
    assert_eq!((third.exit, lines(&third).1), (0, summary(1, 0, 2, 0)));
}

#[test]
fn the_key_is_in_the_journal_before_the_item_is_sent() {
    let server = Server::start([Then::Hang]);
    let folder = folder();
    let (list, journal) = pictures(&folder, 1);
    let mut child = avatars(&list, &journal).at(&server).spawn();
    until("a request", || !server.received().is_empty());
    let key = server
        .only()
        .header("idempotency-key")
        .expect("a key")
        .to_owned();
    assert!(
        std::fs::read_to_string(&journal)
            .expect("a journal")
            .contains(&key)
    );
    child.kill().expect("killed");
    child.wait().expect("ended");
    // Killed: the next run sends the same bytes under the same key.
    let ended = avatars(&list, &journal)
        .at(&server)
        .args(["--timeout", "2", "--max-retries", "0"])
        .run();
    let (items, last) = lines(&ended);
    assert_eq!(last, summary(0, 1, 0, 0));
    assert_eq!(items[0]["error"]["idempotency_key"], key.as_str());
    assert_eq!(items[0]["error"]["maybe_applied"], true);
    // And so does the one after a time-out.
    avatars(&list, &journal)
        .at(&server)
        .args(["--timeout", "2", "--max-retries", "0"])
        .run();
    let keys: Vec<_> = server
        .received()
        .iter()
        .map(|request| request.header("idempotency-key").map(str::to_owned))
        .collect();
    assert_eq!(keys, vec![Some(key); 3]);
}

#[test]
fn a_run_that_is_killed_at_any_moment_spends_nothing_twice_and_leaves_nothing_out() {
    // As many kills as take a few seconds, or as many as are asked for.
    let kills = std::env::var("XQUIK_KILLS").map_or(40, |kills| kills.parse().expect("a number"));
    // More than the killed runs do, and each of them has something to do.
    let items: usize = 4 * kills;
    let price = 10 * items as u64;
    let sandbox = Sandbox::builder()
        .no_rate_limit()
        .latency(Duration::from_millis(3))
        .start_now()
        .expect("a sandbox");
    sandbox.state().set_credits(price);
    let folder = folder();
    let (list, journal) = pictures(&folder, items);
    let run = || {
        avatars(&list, &journal)
            .args(["--jobs", "3"])
            .env("XQUIK_BASE_URL", sandbox.base_url())
    };
    let written = || std::fs::metadata(&journal).map_or(0, |metadata| metadata.len());
    let mut random = fastrand::Rng::with_seed(7);
    let mut keys = BTreeSet::new();
    let mut undone = 0;
    for _ in 0..kills {
        let (seen, grown) = (sandbox.requests().len(), written());
        let mut child = run().spawn();
        let ended = |child: &mut std::process::Child| matches!(child.try_wait(), Ok(Some(_)));
        if random.bool() {
            // After so many more requests, which falls before, between and after their answers.
            let more = random.usize(0..4);
            until("requests", || {
                sandbox.requests().len() >= seen + more || ended(&mut child)
            });
        } else {
            // After so many more bytes of the journal, which falls between its lines and what they announce.
            let more = random.u64(0..700);
            until("lines", || written() >= grown + more || ended(&mut child));
        }
        let _ = child.kill();
        let status = child.wait().expect("ended");
        assert!(
            !status.success(),
            "a run came to its end before it was killed"
        );
        undone += usize::from(written() > grown);
        for request in sandbox.requests() {
            keys.extend(request.header("idempotency-key").map(str::to_owned));
        }
        // Only the newest requests are kept.
        sandbox.clear_requests();
    }
    assert!(
        undone > kills / 2,
        "most runs were killed while they worked: {undone}"
    );
    let ended = run().run();
    assert_eq!(ended.exit, 0, "{ended:?}");
    let (_, last) = lines(&ended);
    let count = |name: &str| last[name].as_u64().expect("a number");
    assert_eq!(count("done") + count("skipped"), items as u64, "{last}");
    for request in sandbox.requests() {
        keys.extend(request.header("idempotency-key").map(str::to_owned));
    }
    // One key for each item, and each was paid once.
    assert_eq!(keys.len(), items);
    assert_eq!(sandbox.state().credits(), 0);
    let again = run().run();
    assert_eq!(lines(&again).1, summary(0, 0, items as u64, 0));
}

/// A run that is killed once it has sent something, and the run after it.
fn killed_and_run_again(server: &Server, list: &Path, journal: &Path) -> Ended {
    let mut child = disconnections(list, journal).at(server).spawn();
    until("a request", || !server.received().is_empty());
    child.kill().expect("killed");
    child.wait().expect("ended");
    disconnections(list, journal).at(server).run()
}

#[test]
fn a_disconnection_that_a_killed_run_may_have_done_is_done_when_it_is_gone() {
    let server = Server::start([Then::Hang, Then::code(404, "not_found")]);
    let folder = folder();
    let list = file(&folder, "ids.csv", b"id\n3\n");
    let journal = folder.path().join("journal");
    let ended = killed_and_run_again(&server, &list, &journal);
    let (items, last) = lines(&ended);
    assert_eq!((ended.exit, last), (0, summary(1, 0, 0, 0)));
    assert_eq!(
        items,
        [json!({"outcome": "disconnected", "id": "3", "attempts": 1, "item": 1})]
    );
    // Another 404, such as a gateway's, says nothing about the account.
    let server = Server::start([Then::Hang, Then::code(404, "no_such_route")]);
    let journal = folder.path().join("another journal");
    let ended = killed_and_run_again(&server, &list, &journal);
    let (items, last) = lines(&ended);
    assert_eq!((ended.exit, last), (1, summary(0, 1, 0, 0)));
    assert_eq!(items[0]["error"]["maybe_applied"], true);
}

#[test]
fn a_list_that_changed_where_something_was_sent_is_refused() {
    let (sandbox, folder) = (sandbox(), folder());
    let (list, journal) = pictures(&folder, 2);
    let run = || {
        avatars(&list, &journal)
            .env("XQUIK_BASE_URL", sandbox.base_url())
            .run()
    };
    assert_eq!(run().exit, 0);
    let text = std::fs::read_to_string(&list).expect("the list");
    std::fs::write(&list, text.replacen("myxaccount", "restricted", 1)).expect("written");
    let before = sandbox.requests().len();
    let error = run().refused();
    assert!(
        error["message"].as_str().expect("text").contains("item 1"),
        "{error}"
    );
    assert_eq!(sandbox.requests().len(), before);
}

#[test]
fn a_picture_that_changed_while_it_is_not_known_what_came_of_it_is_refused() {
    let server = Server::start([Then::Lose]);
    let folder = folder();
    let (list, journal) = pictures(&folder, 1);
    let run = || {
        avatars(&list, &journal)
            .args(["--max-retries", "0"])
            .at(&server)
            .run()
    };
    assert_eq!(run().exit, 1);
    file(&folder, "a.png", &png(301));
    run().refused();
    server.only();
}

#[test]
fn a_journal_is_written_by_one_run_at_a_time() {
    let server = Server::start([Then::Hang]);
    let folder = folder();
    let (list, journal) = pictures(&folder, 1);
    let mut child = avatars(&list, &journal).at(&server).spawn();
    until("a request", || !server.received().is_empty());
    let error = avatars(&list, &journal).at(&server).run().refused();
    assert!(error["message"].as_str().expect("text").contains("in use"));
    child.kill().expect("killed");
    child.wait().expect("ended");
}

#[test]
fn what_makes_it_doubtful_what_is_meant_is_refused_as_a_whole() {
    let (sandbox, folder) = (sandbox(), folder());
    let journal = folder.path().join("journal");
    let url = sandbox.base_url();
    for text in [
        "",
        "account,file\n",
        "accounts,file\nme,a\n",
        "account,file\nme\n",
        "{\"account\":1",
        "\u{0}",
        "id\n3\n",
    ] {
        let list = file(&folder, "list", text.as_bytes());
        avatars(&list, &journal)
            .env("XQUIK_BASE_URL", &url)
            .run()
            .refused();
    }
    let list = file(&folder, "list", b"account,file\n\xff,a\n");
    avatars(&list, &journal)
        .env("XQUIK_BASE_URL", &url)
        .run()
        .refused();
    for list in ["/nowhere", "/", "/dev/zero"] {
        avatars(Path::new(list), &journal)
            .env("XQUIK_BASE_URL", &url)
            .run()
            .refused();
    }
    assert!(!journal.exists());
    let (list, _) = pictures(&folder, 1);
    for journal in ["/dev/null", "/", "/nowhere/journal"] {
        avatars(&list, Path::new(journal))
            .env("XQUIK_BASE_URL", &url)
            .run()
            .refused();
    }
    avatars(&list, &list)
        .env("XQUIK_BASE_URL", &url)
        .run()
        .refused();
    assert!(
        std::fs::read_to_string(&list)
            .expect("the list")
            .starts_with("account,file\n")
    );
    // Without a journal it could not be started again.
    xquik(["avatar", "update", "--from"])
        .args([&list])
        .json()
        .run()
        .refused();
    // Off a terminal nobody can be asked.
    let ids = file(&folder, "ids", b"id\n3\n");
    xquik(["account", "disconnect", "--journal"])
        .args([&journal])
        .args(["--from"])
        .args([&ids])
        .env("XQUIK_BASE_URL", &url)
        .json()
        .run()
        .refused();
    assert!(sandbox.requests().is_empty());
}

#[test]
fn a_dry_run_says_what_it_will_cost_and_sends_nothing() {
    let (sandbox, folder) = (sandbox(), folder());
    let (list, journal) = pictures(&folder, 7);
    let dry = || {
        avatars(&list, &journal)
            .args(["--dry-run"])
            .env("XQUIK_BASE_URL", sandbox.base_url())
            .run()
    };
    let ended = dry();
    assert_eq!((ended.exit, ended.success()), (0, summary(0, 0, 0, 70)));
    assert!(!journal.exists() && sandbox.requests().is_empty());
    let people = xquik(["avatar", "update", "--dry-run", "--from"])
        .args([&list])
        .run();
    assert!(people.stdout.contains("70 credits"), "{people:?}");
    avatars(&list, &journal)
        .env("XQUIK_BASE_URL", sandbox.base_url())
        .run();
    assert_eq!(dry().success(), summary(0, 0, 7, 0));
}

#[test]
fn a_full_window_is_waited_for_by_all_jobs() {
    let sandbox = Sandbox::builder()
        .rate_limit(Some(RateLimit {
            requests: 3,
            // Longer than a call may take.
            window: Some(Duration::from_secs(3)),
        }))
        .start_now()
        .expect("a sandbox");
    let folder = folder();
    let (list, journal) = pictures(&folder, 8);
    let ended = avatars(&list, &journal)
        .args(["--jobs", "4", "--timeout", "1.5"])
        .env("XQUIK_BASE_URL", sandbox.base_url())
        .run();
    assert_eq!(
        (ended.exit, lines(&ended).1),
        (0, summary(8, 0, 0, 80)),
        "{ended:?}"
    );
    assert_eq!(sandbox.state().credits(), 920);
}

#[test]
fn lost_answers_cost_nothing_twice() {
    let (sandbox, folder) = (sandbox(), folder());
    for _ in 0..5 {
        sandbox.script(Fault::lost().on("updateAvatar"));
    }
    let (list, journal) = pictures(&folder, 10);
    let run = || {
        avatars(&list, &journal)
            .args(["--max-retries", "0"])
            .env("XQUIK_BASE_URL", sandbox.base_url())
            .run()
    };
    let first = run();
    assert_eq!(
        (first.exit, lines(&first).1),
        (1, summary(5, 5, 0, 50)),
        "{first:?}"
    );
    let second = run();
    assert_eq!(
        (second.exit, lines(&second).1),
        (0, summary(5, 0, 5, 50)),
        "{second:?}"
    );
    assert_eq!(sandbox.state().credits(), 900);
}

#[test]
fn people_read_a_summary_and_the_failures_with_their_advice() {
    let (sandbox, folder) = (sandbox(), folder());
    let list = file(&folder, "ids.csv", b"id\n3\n77\n");
    let ended = xquik(["account", "disconnect", "--yes", "--from"])
        .args([&list])
        .args(["--journal"])
        .args([folder.path().join("journal")])
        .env("XQUIK_BASE_URL", sandbox.base_url())
        .run();
    assert_eq!(ended.exit, 1);
    assert_eq!(
        ended.stdout,
        "done 1, failed 1, skipped 0 that were done before; 0 credits\n"
    );
    assert!(
        ended
            .stderr
            .starts_with("failed 2 (77): the service answered 404 not_found"),
        "{ended:?}"
    );
    assert!(ended.stderr.contains("\n  do     "), "{ended:?}");
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_says_what_is_left_and_goes_on_later() {
    let server = Server::start([Then::json(200, r#"{"success":true}"#), Then::Hang]);
    let folder = folder();
    let list = file(&folder, "ids.csv", b"id\n3\n4\n5\n");
    let journal = folder.path().join("journal");
    let child = disconnections(&list, &journal).at(&server).spawn();
    until("requests", || server.received().len() == 2);
    crate::program::signal(&child, "INT");
    let ended = Ended::of(child.wait_with_output().expect("ended"));
    assert_eq!(
        (ended.exit, lines(&ended).1),
        (130, summary(1, 0, 0, 0)),
        "{ended:?}"
    );
    assert!(ended.stderr.contains("2 items are left"), "{ended:?}");
    assert!(
        ended
            .stderr
            .contains("1 of them was under way and may have been done"),
        "{ended:?}"
    );
}

#[test]
fn an_item_whose_record_says_failed_can_be_put_right() {
    let done = || Then::json(200, r#"{"success":true}"#);
    let failed = |status: u16, more: &str| {
        let record =
            r#"{"success":false,"writeActionId":"1","terminal":true,"error":"x_write_failed""#;
        Then::json(status, &format!("{record}{more}}}"))
    };
    let again = r#","status":"failed","safeToRetry":true"#;
    let twice = r#","status":"failed","safeToRetry":false"#;
    // Whether the item is sent again as it was, and whether it then has another key.
    for (status, more, changed, anew) in [
        (200, r#","status":"failed""#, false, true),
        (200, r#","status":"failed""#, true, true),
        (200, again, false, true),
        // A new key may carry it out twice: only somebody who changes the item asks for that.
        (200, twice, false, false),
        (200, twice, true, true),
        (200, r#","status":"expired""#, false, false),
        (500, twice, false, false),
        (500, twice, true, true),
        (422, twice, false, false),
        (422, again, false, true),
    ] {
        let server = Server::start([done(), failed(status, more), done()]);
        let folder = folder();
        let (one, two) = (png(300), png(301));
        file(&folder, "a.png", &one);
        file(&folder, "b.png", &two);
        let list = b"account,file\nme,a.png\nyou,b.png\n";
        let list = file(&folder, "list.csv", list);
        let journal = folder.path().join("journal");
        let run = || {
            avatars(&list, &journal)
                .within(folder.path())
                .at(&server)
                .run()
        };
        let first = run();
        assert_eq!(
            (first.exit, lines(&first).1["failed"].clone()),
            (1, json!(1))
        );
        if changed {
            file(&folder, "b.png", &png(302));
        }
        let second = run();
        assert_eq!(second.exit, 0, "{more} {second:?}");
        let (_, last) = lines(&second);
        assert_eq!((&last["done"], &last["skipped"]), (&json!(1), &json!(1)));
        let received = server.received();
        let key = |at: usize| received[at].header("idempotency-key").expect("a key");
        assert_eq!(received.len(), 3);
        assert_eq!(key(2) != key(1), anew, "{more} {changed}");
        // Put right once, it is done.
        assert_eq!(lines(&run()).1["skipped"], 2);
    }
}

#[test]
fn what_is_wrong_with_a_list_is_told_with_one_place() {
    let folder = folder();
    let journal = folder.path().join("journal");
    for (text, told) in [
        ("", "is empty"),
        ("\n \n", "is empty"),
        (
            "{\"id\":\"3\"}\n{\"id\":\n",
            "has no JSON in line 2, column 6",
        ),
    ] {
        let list = file(&folder, "list", text.as_bytes());
        let error = disconnections(&list, &journal).run().refused();
        let message = error["message"].as_str().expect("text");
        assert!(message.contains(told), "{message}");
        assert!(message.matches("line").count() <= 1, "{message}");
    }
    let error = disconnections(Path::new("-"), &journal).run().refused();
    let message = error["message"].as_str().expect("text");
    assert!(message.contains("standard input"), "{message}");
}
