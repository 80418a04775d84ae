//! Web servers that start the program, and Python's client that calls it through them.

use std::fs;
use std::io::{self, Write as _};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::peers::{self, PYTHON};
use crate::support::program::example;

/// Up to Python 3.14.
#[tokio::test]
async fn under_python() {
    if !PYTHON.is_here() {
        return;
    }
    if !succeeds(&["python3", "-c", "from http.server import CGIHTTPRequestHandler"]) {
        let missing = "this Python has no CGI server any more";
        assert!(succeeds(&LIGHTTPD), "{missing}, and there is no lighttpd: no web server at all starts the program");
        return say(missing);
    }
    let site = Site::new("python");
    let mut command = Command::new("python3");
    command.args(["-u", "-m", "http.server", "--cgi", "--bind", "127.0.0.1", "0"]);
    command.current_dir(&site.folder).stderr(Stdio::null());
    let (_server, _stdin, line) = peers::start(command).await;
    let port = line.strip_prefix("Serving HTTP on 127.0.0.1 port ").and_then(|rest| rest.split(' ').next());
    let port = port.unwrap_or_else(|| panic!("{line}"));
    PYTHON.run_checks("client_cgi.py", &[&format!("http://127.0.0.1:{port}/cgi-bin/sums")]).await;
}

#[tokio::test]
async fn under_lighttpd() {
    if !PYTHON.is_here() {
        return;
    }
    if !succeeds(&LIGHTTPD) {
        let missing = "there is no lighttpd on this machine";
        assert!(std::env::var("TAGWIRE_PEERS").as_deref() != Ok("all"), "{missing}");
        return say(missing);
    }
    let site = Site::new("lighttpd");
    let settings = format!(
        "server.document-root = \"{}\"\nserver.modules = (\"mod_cgi\")\nserver.bind = \"/dev/stdin\"\n\
         server.upload-dirs = (\"{0}\")\n$HTTP[\"url\"] =~ \"^/cgi-bin/\" {{ cgi.assign = (\"\" => \"\") }}\n",
        site.folder.display()
    );
    let file = site.folder.join("lighttpd.conf");
    fs::write(&file, settings).unwrap();
    // It listens already, so that nobody has to wait until it has started.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut command = Command::new(LIGHTTPD[0]);
    command.arg("-D").arg("-f").arg(file).stdin(OwnedFd::from(listener)).stdout(Stdio::null()).stderr(Stdio::null());
    let _server = Running(command.spawn().unwrap());
    PYTHON.run_checks("client_cgi.py", &[&format!("http://{address}/cgi-bin/sums")]).await;
}

const LIGHTTPD: [&str; 2] = ["lighttpd", "-v"];

fn succeeds(command: &[&str]) -> bool {
    let mut probe = Command::new(command[0]);
    let status = probe.args(&command[1..]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Past the test harness, which keeps what a passing test prints.
fn say(missing: &str) {
    let _ = writeln!(io::stderr(), "CGI: !!! NOT TESTED: {missing}");
}

/// A folder with the program in it, which goes with the test.
struct Site {
    folder: PathBuf,
}

impl Site {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("tagwire-cgi-{name}-{}", std::process::id()));
        let programs = folder.join("cgi-bin");
        fs::create_dir_all(&programs).unwrap();
        // Not by this process: one that another test starts meanwhile would have the copy open for writing for a moment, and
        // so long it cannot be started.
        let copied = Command::new("cp").arg(example("cgi").get_program()).arg(programs.join("sums")).status();
        assert!(copied.unwrap().success());
        // Python's server gives up the rights of root before it starts a program.
        for path in [&folder, &programs, &programs.join("sums")] {
            set_mode(path, 0o755);
        }
        Self { folder }
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

impl Drop for Site {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).ok();
    }
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
