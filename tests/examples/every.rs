//! What all examples that serve have in common: the line for Python that each prints does what it shows.

use std::process::Command;

use crate::support::server::Program;
use peers::PYTHON;

use crate::peers;

#[test]
fn the_line_for_python_works() {
    if !PYTHON.is_here() {
        return;
    }
    for (name, prints) in [
        ("api_trait", "4 12.0 Python-xmlrpc/"),
        ("closures", "TEA a-b-c ['int', 'string', 'double'] there is no any.thing, but thank you for calling\n"),
        ("demo", "5 1024 42 Adds two integers.\n"),
        (
            "errors_as_faults",
            "{'faultCode': -32500, 'faultString': 'the bank is closed'}\n\
             {'faultCode': 413, 'faultString': 'an amount is at most 1000'}\n\
             {'faultCode': -32603, 'faultString': 'internal error 1'}\n\
             {'faultCode': 404, 'faultString': 'there is no account 3'}\n\
             {'faultCode': -32603, 'faultString': 'internal error 2'}\n",
        ),
        ("middleware", "reloaded\n['hello']\n{'faultCode': 401, 'faultString': 'admin.reload is not for everybody'}\n"),
        ("multicall", "[5]\n{'faultCode': -32500, 'faultString': 'division by zero'}\n['Hello, Ada!']\n"),
        ("service_struct", "3 2 {'tea': 2}\n"),
        ("state", "1 2 Hello, Ada! 2 ['the server starts', 'Ada was here']\n"),
        ("validator", "{'toolkitDocsUrl': 'https://docs.rs/tagwire', 'toolkitName': 'tagwire', "),
    ] {
        let mut program = Program::start(name);
        let lines = program.read_invitation();
        let python = lines.lines().find(|line| line.starts_with("python3 -c ")).unwrap();
        let output = Command::new("sh").args(["-c", python]).output().unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && stdout.starts_with(prints), "{name}: {stdout}{stderr}");
    }
}
