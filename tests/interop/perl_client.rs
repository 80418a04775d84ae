//! Our server as Perl's `RPC::XML::Client` sees it; `perl/client.pl` does the checking.

use std::process::Command;

use crate::peers::PERL;
use crate::served::features;

features!(PERL, client);

fn client(arguments: &[&str]) -> Command {
    PERL.command("client.pl", arguments)
}
