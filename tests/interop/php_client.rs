//! Our server as PHP's extension `xmlrpc` sees it; `php/client.php` does the checking.

use std::process::Command;

use crate::peers::PHP;
use crate::served::features;

features!(PHP, client);

fn client(arguments: &[&str]) -> Command {
    PHP.command("client.php", arguments)
}
