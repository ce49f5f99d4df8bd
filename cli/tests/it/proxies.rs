//! Proxies of the environment: never asked about plain http, and shown nothing of an https request.

use crate::program::{KEY, Run, xquik};
use crate::server::{Server, Then};

const NAMES: [&str; 6] = [
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
];

/// The place of a server that plays the proxy, with a login.
fn place(proxy: &Server) -> String {
    let address = proxy.base_url.trim_end_matches("/api/v1");
    address.replace("http://", "http://someone:pr0xy-passw0rd@")
}

fn https(run: Run) -> Run {
    run.args(["--base-url", "https://service.invalid/api/v1"])
        .args(["--max-retries", "0"])
}

#[test]
fn a_proxy_of_the_environment_is_not_asked_about_plain_http() {
    let server = Server::start([Then::json(200, r#"{"success":true}"#)]);
    let proxy = Server::start([Then::Lose]);
    for command in [&["account", "disconnect", "3", "--yes"][..], &["check"]] {
        let mut run = xquik(command).at(&server);
        for name in NAMES {
            run = run.env(name, place(&proxy));
        }
        assert_eq!(run.run().exit, 0);
    }
    assert_eq!(server.received().len(), 2);
    assert!(proxy.received().is_empty());
}

#[test]
fn a_proxy_of_the_environment_tunnels_https_and_learns_the_host_alone() {
    for name in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        let proxy = Server::start([Then::with(502, "", "")]);
        let ended = https(xquik(["challenge", "submit", "xch_1", "--code", "123456"]))
            .env(name, place(&proxy))
            .json()
            .run();
        let error = ended.error();
        assert_eq!((&error["kind"], ended.exit), (&"transport".into(), 1));
        assert_eq!(error["maybe_applied"], false, "{error}");
        assert!(!ended.stderr.contains("pr0xy-passw0rd"), "{ended:?}");
        let asked = proxy.only();
        assert_eq!(asked.line, "CONNECT service.invalid:443 HTTP/1.1");
        assert!(asked.header("proxy-authorization").is_some());
        let told = format!("{asked:?}");
        for secret in [KEY, "123456", "xch_1", "x-api-key"] {
            assert!(!told.contains(secret), "{told}");
        }
    }
}

#[test]
fn check_says_which_proxy_a_call_goes_through() {
    let server = Server::start([Then::json(404, "{}")]);
    let ended = xquik(["check"]).at(&server).run();
    assert!(ended.stdout.contains("  proxy  none\n"), "{ended:?}");
    let ended = xquik(["check"])
        .at(&server)
        .env("HTTPS_PROXY", "http://127.0.0.1:1")
        .run();
    assert!(
        ended.stdout.contains("  proxy  none; plain http"),
        "{ended:?}"
    );

    for (variables, said) in [
        (&[("https_proxy", "")][..], "none\n"),
        (
            &[("HTTPS_PROXY", "PLACE")],
            "PLACE (HTTPS_PROXY, with a login)",
        ),
        (&[("all_proxy", "PLACE")], "PLACE (all_proxy, with a login)"),
        (
            &[("ALL_PROXY", "PLACE"), ("HTTPS_PROXY", "no URL")],
            "PLACE (ALL_PROXY, with a login)",
        ),
        (
            &[("HTTPS_PROXY", "PLACE"), ("NO_PROXY", "service.invalid")],
            "none; NO_PROXY exempts this host from HTTPS_PROXY\n",
        ),
        (
            &[("HTTPS_PROXY", "ftp://someone:pr0xy-passw0rd@a")],
            "none; what HTTPS_PROXY holds is not the URL of a proxy\n",
        ),
        (
            &[("HTTPS_PROXY", "PLACE"), ("REQUEST_METHOD", "GET")],
            "none; REQUEST_METHOD is set",
        ),
    ] {
        let proxy = Server::start([Then::with(502, "", "")]);
        let login = place(&proxy);
        let shown = proxy.base_url.trim_end_matches("/api/v1");
        let mut run = https(xquik(["check"]));
        for (name, value) in variables {
            run = run.env(name, value.replace("PLACE", &login));
        }
        let ended = run.run();
        let said = format!("  proxy  {}", said.replace("PLACE", shown));
        assert!(ended.stdout.contains(&said), "{said}: {ended:?}");
        assert!(!ended.stdout.contains("pr0xy"), "{ended:?}");
        assert_eq!(
            proxy.received().len(),
            usize::from(said.contains(shown)),
            "what is said is what happens: {ended:?}"
        );
    }
}
