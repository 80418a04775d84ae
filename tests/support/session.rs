//! What the comments of an example say, done as they say it: its commands, in a shell and a folder of its own.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio, id};
use std::sync::atomic::{AtomicU32, Ordering};

/// The comments of an example, and a folder for what they do, which is removed with the test.
pub(crate) struct Session {
    name: &'static str,
    /// The fenced blocks in them.
    blocks: Vec<String>,
    folder: PathBuf,
}

/// The example at work; it ends with the test.
pub(crate) struct Running {
    process: Child,
    stdout: BufReader<ChildStdout>,
    /// What it says after "listening on".
    pub(crate) place: String,
}

impl Session {
    pub(crate) fn new(name: &'static str, source: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}-{number}", id()));
        fs::create_dir_all(&folder).unwrap();
        Self { name, blocks: blocks(source), folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Starts the example as the first block that has these words does, with more arguments, and waits until it listens.
    pub(crate) fn start(&self, words: &str, more: &str) -> Running {
        self.start_without(words, "", more)
    }

    /// As [`start`](Self::start), with some words left out.
    pub(crate) fn start_without(&self, words: &str, left_out: &str, more: &str) -> Running {
        let block = self.block(words).replace(left_out, "");
        let (variables, arguments) = block.split_once("cargo run").unwrap();
        let (cargo, arguments) = arguments.split_once(" -- ").unwrap_or((arguments, ""));
        assert!(cargo.contains(&format!("--example {}", self.name)), "{block}");
        let program = super::program::example(self.name);
        let line = format!("exec env {variables} '{}' {arguments} {more}", program.get_program().display());
        let mut command = self.shell(&line.replace('\n', " "));
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(process.stdout.take().unwrap());
        let mut running = Running { process, stdout, place: String::new() };
        let line = running.line();
        running.place = line.trim_end().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned();
        running
    }

    /// Starts the example with arguments that it does not like, and gives its exit code and standard error.
    pub(crate) fn refusal(&self, arguments: &[&str]) -> (i32, String) {
        let output = super::program::example(self.name).args(arguments).current_dir(&self.folder).output().unwrap();
        assert_eq!(output.stdout, b"");
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }

    /// Runs the first block that has these words, against the port where the example is. It succeeds, and this is what it
    /// prints.
    pub(crate) fn run(&self, words: &str, running: &Running) -> String {
        let output = self.try_run(words, running);
        let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{words}: {}\n{stdout}{stderr}", output.status);
        stdout
    }

    /// As [`run`](Self::run), whatever comes of it.
    pub(crate) fn try_run(&self, words: &str, running: &Running) -> Output {
        self.command(words, running).output().unwrap()
    }

    /// A block to be run by hand.
    pub(crate) fn command(&self, words: &str, running: &Running) -> Command {
        self.shell(&self.block(words).replace(":8000", &format!(":{}", running.port())))
    }

    /// Runs the first block that has these words, which calls nobody.
    pub(crate) fn prepare(&self, words: &str) {
        let output = self.shell(self.block(words)).output().unwrap();
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn block(&self, words: &str) -> &str {
        self.blocks.iter().find(|block| block.contains(words)).unwrap_or_else(|| panic!("no block says `{words}`"))
    }

    fn shell(&self, script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(&self.folder).stdin(Stdio::null());
        command
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).ok();
    }
}

impl Running {
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Of a place without one, nothing.
    pub(crate) fn port(&self) -> &str {
        self.place.rsplit_once(':').map_or("", |(_, port)| port.trim_end_matches('/'))
    }

    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "it ended: {:?}", self.end());
        line
    }

    pub(crate) fn signal(&self, name: &str) {
        let kill = Command::new("kill").args(["-s", name, &self.id().to_string()]).status();
        assert!(kill.unwrap().success());
    }

    /// Exit code, or none after a signal; the rest of standard output; standard error.
    pub(crate) fn end(&mut self) -> (Option<i32>, String, String) {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.stdout.read_to_string(&mut stdout).unwrap();
        self.process.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        (self.process.wait().unwrap().code(), stdout, stderr)
    }

    /// Stops it as an operator does. It ends well, and this is the rest of what it prints.
    pub(crate) fn stop(&mut self) -> String {
        self.signal("TERM");
        let (code, stdout, stderr) = self.end();
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
        stdout
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Whether this machine has a program of the shell. One that is missing is told on the terminal itself, past the harness that
/// shows nothing of a test that passes, and fails the test where `TAGWIRE_PEERS` asks for all.
pub(crate) fn has(program: &str) -> bool {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).stdout(Stdio::null()).status();
    let found = found.unwrap().success();
    if !found {
        let all = env::var("TAGWIRE_PEERS").is_ok_and(|asked| asked == "all");
        assert!(!all, "{program} is missing, and TAGWIRE_PEERS asks for all");
        let _ = writeln!(io::stderr(), "!!! NOT TESTED: {program} is missing on this machine");
    }
    found
}

/// What stands between fences in the comment at the top of a file.
fn blocks(source: &str) -> Vec<String> {
    let comment = source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines: String = comment.map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect();
    lines.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap().to_owned()).collect()
}
