//! Our server as Ruby's `XMLRPC::Client` sees it; `ruby/client.rb` does the checking.

use std::process::Command;

use crate::peers::RUBY;
use crate::served::features;

features!(RUBY, client);

fn client(arguments: &[&str]) -> Command {
    RUBY.command("client.rb", arguments)
}
