//! What browsers may do: requests as Firefox and Chromium send them, from pages of this site and of others, and the
//! names by which a server goes.

use tagwire::Value;

use crate::support::calls::Test;
use crate::support::endpoint::value;
use crate::support::raw::{Answer, call};

// ── whole requests ──

/// `fetch("http://127.0.0.1:8000/RPC2", {method: "POST", body: "…"})` in a page of another site: the browser sends it without
/// asking first, since a text is "simple".
#[tokio::test]
async fn a_simple_post_from_another_site_runs_nothing() {
    let server = Test::start().await;
    let firefox = "Host: 127.0.0.1:8000\r\n\
        User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n\
        Accept: */*\r\n\
        Accept-Language: en-US,en;q=0.5\r\n\
        Accept-Encoding: gzip, deflate, br, zstd\r\n\
        Referer: https://evil.example/\r\n\
        Content-Type: text/plain;charset=UTF-8\r\n\
        Origin: https://evil.example\r\n\
        Connection: keep-alive\r\n\
        Sec-Fetch-Dest: empty\r\n\
        Sec-Fetch-Mode: no-cors\r\n\
        Sec-Fetch-Site: cross-site\r\n\
        Priority: u=4\r\n";
    let chromium = "Host: 127.0.0.1:8000\r\n\
        Connection: keep-alive\r\n\
        sec-ch-ua-platform: \"Linux\"\r\n\
        User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36\r\n\
        sec-ch-ua: \"Chromium\";v=\"131\", \"Not_A Brand\";v=\"24\"\r\n\
        Content-Type: text/plain;charset=UTF-8\r\n\
        sec-ch-ua-mobile: ?0\r\n\
        Accept: */*\r\n\
        Origin: https://evil.example\r\n\
        Sec-Fetch-Site: cross-site\r\n\
        Sec-Fetch-Mode: no-cors\r\n\
        Sec-Fetch-Dest: empty\r\n\
        Referer: https://evil.example/\r\n\
        Accept-Encoding: gzip, deflate, br, zstd\r\n\
        Accept-Language: en-US,en;q=0.9\r\n";
    for headers in [firefox, chromium] {
        expect_refused(&server, headers).await;
    }
    server.expect_calls(0).await;
}

/// The same with `Content-Type: text/xml`: the browser asks first, and gets no leave.
#[tokio::test]
async fn a_fetch_from_another_site_gets_no_leave() {
    let server = Test::start().await;
    let preflight = "OPTIONS /RPC2 HTTP/1.1\r\n\
        Host: 127.0.0.1:8000\r\n\
        User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n\
        Accept: */*\r\n\
        Access-Control-Request-Method: POST\r\n\
        Access-Control-Request-Headers: content-type\r\n\
        Referer: https://evil.example/\r\n\
        Origin: https://evil.example\r\n\
        Connection: keep-alive\r\n\
        Sec-Fetch-Dest: empty\r\n\
        Sec-Fetch-Mode: cors\r\n\
        Sec-Fetch-Site: cross-site\r\n\r\n";
    let answer = server.exchange(preflight).await;
    assert!([403, 405].contains(&answer.status), "{answer:?}");
    assert_eq!(answer.header("access-control-allow-origin"), None);
    // And if it came without asking:
    let request = "Host: 127.0.0.1:8000\r\n\
        Accept: */*\r\n\
        Content-Type: text/xml\r\n\
        Origin: https://evil.example\r\n\
        Referer: https://evil.example/\r\n\
        Sec-Fetch-Dest: empty\r\n\
        Sec-Fetch-Mode: cors\r\n\
        Sec-Fetch-Site: cross-site\r\n";
    expect_refused(&server, request).await;
    server.expect_calls(0).await;
}

/// `<form method="post" enctype="text/plain">`, sent by a script: a navigation with a body.
#[tokio::test]
async fn a_form_of_another_site_runs_nothing() {
    let server = Test::start().await;
    for origin in ["https://evil.example", "null"] {
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=----x"] {
            let headers = format!(
                "Host: 127.0.0.1:8000\r\n\
                 User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n\
                 Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n\
                 Content-Type: {kind}\r\n\
                 Origin: {origin}\r\n\
                 Connection: keep-alive\r\n\
                 Upgrade-Insecure-Requests: 1\r\n\
                 Sec-Fetch-Dest: document\r\n\
                 Sec-Fetch-Mode: navigate\r\n\
                 Sec-Fetch-Site: cross-site\r\n\
                 Sec-Fetch-User: ?1\r\n"
            );
            expect_refused(&server, &headers).await;
        }
    }
    server.expect_calls(0).await;
}

#[tokio::test]
async fn a_page_of_the_server_itself_may_call() {
    let server = Test::start().await;
    for fetch in ["Sec-Fetch-Dest: empty\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\n", ""] {
        let headers = format!(
            "Host: 127.0.0.1:8000\r\n\
             Accept: */*\r\n\
             Content-Type: text/xml\r\n\
             Origin: http://127.0.0.1:8000\r\n\
             Referer: http://127.0.0.1:8000/\r\n{fetch}"
        );
        assert_eq!(value(&send(&server, &headers, "six").await), Value::Int(6), "{fetch}");
    }
}

/// Typed into the address bar: no page is behind it.
#[tokio::test]
async fn a_navigation_is_no_call() {
    let server = Test::start().await;
    let request = "GET /RPC2 HTTP/1.1\r\n\
        Host: 127.0.0.1:8000\r\n\
        Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n\
        Upgrade-Insecure-Requests: 1\r\n\
        Sec-Fetch-Dest: document\r\n\
        Sec-Fetch-Mode: navigate\r\n\
        Sec-Fetch-Site: none\r\n\
        Sec-Fetch-User: ?1\r\n\r\n";
    assert_eq!(server.exchange(request).await.status, 405);
    // A link in a page of another site.
    let answer = server.exchange(request.replace("Site: none", "Site: cross-site")).await;
    assert!([403, 405].contains(&answer.status), "{answer:?}");
    server.expect_calls(0).await;
}

// ── the rule, row by row ──

/// Browsers say `Sec-Fetch-Site` to servers that they trust: those of https, and those of this machine.
#[tokio::test]
async fn where_a_browser_tells_the_site_that_counts() {
    let server = Test::start().await;
    for (headers, allowed) in [
        ("Sec-Fetch-Site: same-origin\r\n", true),
        ("Sec-Fetch-Site: none\r\n", true),
        ("Sec-Fetch-Site: cross-site\r\n", false),
        // Another port of this machine, another name of the same domain.
        ("Sec-Fetch-Site: same-site\r\n", false),
        ("Sec-Fetch-Site: same-site\r\nOrigin: http://127.0.0.1:3000\r\n", false),
        ("Sec-Fetch-Site: cross-site\r\nOrigin: https://evil.example\r\n", false),
        ("Sec-Fetch-Site: cross-site\r\nOrigin: null\r\n", false),
        ("Sec-Fetch-Site: same-origin\r\nOrigin: http://127.0.0.1:8000\r\n", true),
        // A proxy may give the server another name than the browser knows.
        ("Sec-Fetch-Site: same-origin\r\nOrigin: https://public.example\r\n", true),
        ("Sec-Fetch-Site: unheard-of\r\n", false),
    ] {
        expect(&server, &format!("Host: 127.0.0.1:8000\r\n{headers}"), allowed).await;
    }
}

#[tokio::test]
async fn otherwise_the_origin_has_to_be_the_host() {
    let server = Test::start().await;
    for (host, origin, allowed) in [
        ("192.168.1.5:8000", "http://192.168.1.5:8000", true),
        ("192.168.1.5:8000", "http://192.168.1.5:8001", false),
        ("192.168.1.5:8000", "http://192.168.1.5", false),
        ("192.168.1.5:8000", "http://192.168.1.6:8000", false),
        ("192.168.1.5:8000", "null", false),
        ("192.168.1.5:8000", "", false),
        ("192.168.1.5:8000", "192.168.1.5:8000", false),
        ("192.168.1.5:8000", "http://192.168.1.5:80001", false),
        ("nas.lan", "http://nas.lan", true),
        ("NAS.lan", "http://nas.lan", true),
        ("nas.lan:80", "http://nas.lan", true),
        // TLS may end at a proxy.
        ("nas.lan", "https://nas.lan", true),
        ("nas.lan", "http://nas.lan.evil.example", false),
        ("nas.lan", "http://evil.example/nas.lan", false),
        ("nas.lan", "http://nas.lan@evil.example", false),
        ("nas.lan", "http://evil.example#nas.lan", false),
        ("nas.lan", "http://lan", false),
        ("nas.lan", "http://xnas.lan", false),
        ("[::1]:8000", "http://[::1]:8000", true),
        ("[::1]:8000", "http://[::1]:8001", false),
        ("[::1]:8000", "http://[::2]:8000", false),
    ] {
        expect(&server, &format!("Host: {host}\r\nOrigin: {origin}\r\n"), allowed).await;
    }
    // No host to compare with.
    expect(&server, "Origin: http://127.0.0.1\r\n", false).await;
}

#[tokio::test]
async fn who_is_no_browser_may_call() {
    let server = Test::start().await;
    for headers in [
        "Host: 127.0.0.1\r\n",
        "",
        "Host: anything.example\r\nReferer: https://evil.example/\r\nUser-Agent: Mozilla/5.0\r\n",
    ] {
        expect(&server, headers, true).await;
    }
}

#[tokio::test]
async fn origins_can_be_allowed() {
    let server = Test::serving(|service| service.allow_origins(["https://app.example", "http://localhost:3000"])).await;
    for (origin, allowed) in [
        ("https://app.example", true),
        ("http://localhost:3000", true),
        ("http://127.0.0.1:8000", true),
        ("http://app.example", false),
        ("https://app.example:8443", false),
        ("https://app.example.evil.example", false),
        ("https://evil.example", false),
        ("https://sub.app.example", false),
        ("http://localhost:3001", false),
        ("http://localhost", false),
        ("null", false),
    ] {
        expect(&server, &format!("Host: 127.0.0.1:8000\r\nOrigin: {origin}\r\n"), allowed).await;
        let site = if origin == "http://127.0.0.1:8000" { "same-origin" } else { "cross-site" };
        let headers = format!("Host: 127.0.0.1:8000\r\nOrigin: {origin}\r\nSec-Fetch-Site: {site}\r\n");
        expect(&server, &headers, allowed).await;
    }
    // Whose it is is not said.
    expect(&server, "Host: 127.0.0.1:8000\r\nSec-Fetch-Site: cross-site\r\n", false).await;
}

#[tokio::test]
async fn all_origins_can_be_allowed() {
    let server = Test::serving(|service| service.allow_any_origin(true)).await;
    for headers in [
        "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n",
        "Origin: https://evil.example\r\n",
        "Origin: null\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
    ] {
        expect(&server, &format!("Host: 127.0.0.1:8000\r\n{headers}"), true).await;
    }
}

// ── hosts ──

#[tokio::test]
async fn a_server_can_insist_on_its_names() {
    let server =
        Test::serving(|service| service.hosts(["test", "nas.lan", "router.lan:8000", "[::1]", "192.168.1.5"])).await;
    for (host, status) in [
        ("nas.lan", 200),
        ("nas.lan:80", 200),
        ("nas.lan:8000", 200),
        ("NAS.Lan", 200),
        ("router.lan:8000", 200),
        ("router.lan", 421),
        ("router.lan:8001", 421),
        ("[::1]", 200),
        ("[::1]:8000", 200),
        ("[::2]", 421),
        ("192.168.1.5:8000", 200),
        ("192.168.1.50", 421),
        // A name of somebody else's that was made to lead here.
        ("evil.example", 421),
        ("evil.example:8000", 421),
        ("nas.lan.evil.example", 421),
        ("xnas.lan", 421),
        ("nas.lan@evil.example", 421),
        ("", 421),
    ] {
        let answer = send(&server, &format!("Host: {host}\r\n"), "count").await;
        // What is no host at all may be refused as that.
        assert!(answer.status == status || (status == 421 && answer.status == 400), "{host}: {answer:?}");
    }
    let body = call("count");
    let old = format!("POST /RPC2 HTTP/1.0\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    assert_eq!(server.exchange(old).await.status, 421, "no host at all");
    server.expect_calls(8).await;
}

/// What browsers do once a name leads here that a page of that name is shown from: for them it is the same origin.
#[tokio::test]
async fn a_name_that_was_made_to_lead_here_is_no_way_in() {
    let server = Test::serving(|service| service.hosts(["127.0.0.1", "test"])).await;
    let headers = "Host: evil.example:8000\r\n\
        Accept: */*\r\n\
        Content-Type: text/xml\r\n\
        Origin: http://evil.example:8000\r\n\
        Referer: http://evil.example:8000/\r\n\
        Sec-Fetch-Dest: empty\r\n\
        Sec-Fetch-Mode: cors\r\n\
        Sec-Fetch-Site: same-origin\r\n";
    assert_eq!(send(&server, headers, "count").await.status, 421);
    server.expect_calls(0).await;
}

// ── requests ──

/// A POST with these headers and no other but the length.
async fn send(server: &Test, headers: &str, method: &str) -> Answer {
    let body = call(method);
    server.exchange(format!("POST /RPC2 HTTP/1.1\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())).await
}

async fn expect_refused(server: &Test, headers: &str) {
    let answer = send(server, headers, "count").await;
    assert_eq!(answer.status, 403, "{headers}");
    // A page must not be able to read as much as that.
    assert_eq!(answer.header("access-control-allow-origin"), None, "{headers}");
}

async fn expect(server: &Test, headers: &str, allowed: bool) {
    match allowed {
        true => assert_eq!(value(&send(server, headers, "six").await), Value::Int(6), "{headers}"),
        false => expect_refused(server, headers).await,
    }
}
