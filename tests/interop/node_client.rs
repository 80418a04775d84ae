//! Our server as node's package `xmlrpc` sees it; `node/client.js` does the checking.

use std::process::Command;

use crate::peers::NODE;
use crate::served::features;

features!(NODE, client);

fn client(arguments: &[&str]) -> Command {
    let mut command = NODE.command("client.js", arguments);
    // Dates are local to it, and in a zone such as India's, off by half an hour, it reads them an hour off.
    command.env("TZ", "America/New_York");
    command
}
