//! The example `axum_mount`, run as a program.

use std::process::Command;

use tagwire::Client;

use crate::support::raw::{Connection, call, post};
use crate::support::server::Program;
use peers::PYTHON;

use crate::peers;

#[tokio::test]
async fn calls_beside_other_routes() {
    let program = Program::start("axum_mount");
    let public = Client::new(&format!("{}RPC2", program.url)).unwrap();
    assert_eq!(public.call::<_, i32>("add", (2, 3)).await.unwrap(), 5);
    assert_eq!(public.call::<_, String>("name", ()).await.unwrap(), "axum_mount");
    let internal = Client::new(&format!("{}internal/RPC2", program.url)).unwrap();
    assert!(internal.call::<_, bool>("reload", ()).await.unwrap());
    assert!(public.call::<_, bool>("reload", ()).await.is_err());

    let mut connection = connect(&program).await;
    let page = connection.exchange("GET / HTTP/1.1\r\nHost: test\r\n\r\n").await;
    assert_eq!((page.status, page.body.as_str()), (200, "XML-RPC is at /RPC2\n"));
}

#[tokio::test]
async fn pages_of_one_other_site_may_call() {
    let program = Program::start("axum_mount");
    let mut connection = connect(&program).await;
    for (origin, status, allowed) in
        [("https://app.example", 200, Some("https://app.example")), ("https://evil.example", 403, None)]
    {
        let headers = format!("Origin: {origin}\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n");
        let asks = format!(
            "OPTIONS /RPC2 HTTP/1.1\r\nHost: test\r\n{headers}Access-Control-Request-Method: POST\r\n\
             Access-Control-Request-Headers: content-type\r\n\r\n"
        );
        // The layer always names the site that may; a browser compares it with its own.
        let named = "access-control-allow-origin";
        assert_eq!(connection.exchange(asks).await.header(named).filter(|site| *site == origin), allowed);
        let answer = connection.exchange(post(&headers, call("name"))).await;
        assert_eq!(answer.status, status, "{origin}");
        assert_eq!(answer.header(named).filter(|site| *site == origin), allowed);
    }
}

#[test]
fn the_line_for_python_works() {
    if !PYTHON.is_here() {
        return;
    }
    let mut program = Program::start("axum_mount");
    let lines = program.read_invitation();
    let python = lines.lines().find(|line| line.starts_with("python3 -c ")).unwrap();
    let output = Command::new("sh").args(["-c", python]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "5 axum_mount True\n");
}

async fn connect(program: &Program) -> Connection {
    Connection::open(program.url.trim_start_matches("http://").trim_end_matches('/').parse().unwrap()).await
}
