//! Our server as xmlrpc-c's library sees it, where `xmlrpc_c/client.c` does the checking, and its command `xmlrpc`.

use std::process::{Command, Output};

use crate::peers::{self, XMLRPC_C};
use crate::served::{everything, features, serve};

features!(XMLRPC_C, client);

fn client(arguments: &[&str]) -> Command {
    let mut command = Command::new(XMLRPC_C.compile("client.c", &["-lxmlrpc_client", "-lxmlrpc", "-lxmlrpc_util"]));
    // It is curl that calls, and curl looks there for a proxy.
    command.env("no_proxy", "*").args(arguments);
    command
}

#[tokio::test]
async fn command_types() {
    prints(&[
        (&["interopEchoTests.echoInteger", "i/-2147483648"], "Integer: -2147483648"),
        (&["describe", "I/9223372036854775807"], "String: 'i8 9223372036854775807'"),
        (&["interopEchoTests.echoValue", "I/9223372036854775807"], "64-bit integer: 9223372036854775807"),
        (&["interopEchoTests.echoBoolean", "b/t"], "Boolean: TRUE"),
        (&["interopEchoTests.echoFloat", "d/-2.25"], "Floating Point: -2.250000"),
        (&["describe", "d/0.1"], "String: 'double 0.1'"),
        (&["interopEchoTests.echoBase64", "h/00ff"], "Bit string: 00ff"),
        (&["interopEchoTests.echoValue", "n/"], "Nil"),
        (&["interopEchoTests.echoString", "s/"], "String: ''"),
        (&["interopEchoTests.echoString", "  <&> \"é\" "], r#"String: '  <&> "\xc3\xa9" '"#),
        (&["code_points", "s/é漢"], "String: 'E9 6F22'"),
    ])
    .await;
}

#[tokio::test]
async fn command_validator1() {
    let multiples = [
        "Struct of 3 members:",
        "  Key:   String: 'times10'",
        "  Value: 64-bit integer: 21474836470",
        "  Key:   String: 'times100'",
        "  Value: 64-bit integer: 214748364700",
        "  Key:   String: 'times1000'",
        "  Value: 64-bit integer: 2147483647000",
    ];
    let entities = [
        "Struct of 5 members:",
        "  Key:   String: 'ctLeftAngleBrackets'",
        "  Value: Integer: 2",
        "  Key:   String: 'ctRightAngleBrackets'",
        "  Value: Integer: 1",
        "  Key:   String: 'ctAmpersands'",
        "  Value: Integer: 1",
        "  Key:   String: 'ctApostrophes'",
        "  Value: Integer: 0",
        "  Key:   String: 'ctQuotes'",
        "  Value: Integer: 1",
    ];
    // The other methods of the suite take what the command cannot say.
    prints(&[
        (&["validator1.simpleStructReturnTest", "i/2147483647"], &multiples.join("\n")),
        (&["validator1.countTheEntities", "s/<<>&\""], &entities.join("\n")),
    ])
    .await;
}

#[tokio::test]
async fn command_introspection() {
    let signatures = [
        "Array of 1 items:",
        "  Index  0 Array of 3 items:",
        "             Index  0 String: 'int'",
        "             Index  1 String: 'int'",
        "             Index  2 String: 'int'",
    ];
    prints(&[
        (&["system.methodHelp", "add"], "String: 'Adds two integers.'"),
        (&["system.methodSignature", "add"], &signatures.join("\n")),
        (&["system.methodExist", "add"], "Boolean: TRUE"),
    ])
    .await;
}

#[tokio::test]
async fn command_faults() {
    if !XMLRPC_C.is_here() {
        return;
    }
    let faults: [(&[&str], &str); 4] = [
        (&["div", "i/1", "i/0"], "cannot divide 1 by <zero> & co: ∞.  (XML-RPC fault code 42)"),
        (&["fail", "i/-7", "s/minus"], "minus.  (XML-RPC fault code -7)"),
        (&["no.such"], "(XML-RPC fault code -32601)"),
        (&["add", "i/1"], "(XML-RPC fault code -32602)"),
    ];
    serve(everything(), async |url| {
        for (call, complaint) in faults {
            let output = run(url, call).await;
            let complained = String::from_utf8(output.stderr).unwrap();
            assert!(!output.status.success() && complained.trim_end().ends_with(complaint), "{call:?}: {complained}");
        }
    })
    .await;
}

/// What the command prints for each call, below its heading.
async fn prints(calls: &[(&[&str], &str)]) {
    if !XMLRPC_C.is_here() {
        return;
    }
    serve(everything(), async |url| {
        for (call, result) in calls {
            let output = run(url, call).await;
            let printed = String::from_utf8(output.stdout).unwrap();
            let complained = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{call:?}: {complained}");
            assert_eq!(printed.trim_end(), format!("Result:\n\n{result}"), "{call:?}");
        }
    })
    .await;
}

async fn run(url: &str, call: &[&str]) -> Output {
    let mut command = Command::new("xmlrpc");
    command.env("no_proxy", "*").arg(format!("{url}/RPC2")).args(call);
    peers::run(command).await
}
