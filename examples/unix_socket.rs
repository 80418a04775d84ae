//! A server for programs on the same machine only, at a socket that is a file.
//!
//! ```sh
//! cargo run --example unix_socket
//! ```
//!
//! makes `rpc.sock` in the current folder, and removes it at Ctrl-C or SIGTERM. `-- --listen PATH` makes another one, and
//! `-- --mode 660` lets the group of the file connect as well. Call it with curl:
//!
//! ```sh
//! curl --unix-socket rpc.sock http://localhost/ --data '<methodCall><methodName>pid</methodName></methodCall>'
//! ```
//!
//! and from Python, whose `http.client` only has to be told how to connect:
//!
//! ```sh
//! python3 -c "
//! import http.client, socket, xmlrpc.client
//!
//! class Connection(http.client.HTTPConnection):
//!     def connect(self):
//!         self.sock = socket.socket(socket.AF_UNIX)
//!         self.sock.connect('rpc.sock')
//!
//! class Transport(xmlrpc.client.Transport):
//!     def make_connection(self, host):
//!         return Connection(host)
//!
//! server = xmlrpc.client.ServerProxy('http://localhost/', transport=Transport())
//! print(server.pid())
//! "
//! ```

use std::process::ExitCode;

#[cfg(unix)]
#[tokio::main]
async fn main() -> ExitCode {
    match program::run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("unix_socket: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!("unix_socket: there are such sockets on Unix only");
    ExitCode::FAILURE
}

#[cfg(unix)]
mod program {
    use std::error::Error;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use tagwire::{Server, methods, xmlrpc_method};

    /// The number of the process that answers.
    #[xmlrpc_method]
    fn pid() -> u32 {
        std::process::id()
    }

    pub(super) async fn run() -> Result<(), Box<dyn Error>> {
        let path = option("--listen").unwrap_or_else(|| "rpc.sock".to_owned());
        // The file has mode 0600: only the user whom this program runs as can connect, and root.
        let server = Server::bind_unix(&path).await.map_err(|error| format!("cannot listen on {path}: {error}"))?;
        if let Some(mode) = option("--mode") {
            // Whoever may write to the file can connect.
            let mode = u32::from_str_radix(&mode, 8).map_err(|error| format!("--mode {mode}: {error}"))?;
            fs::set_permissions(&path, Permissions::from_mode(mode))?;
        }
        println!("listening on {path}");

        let report = server.serve(methods![pid]).serve_until_signal().await?;
        println!("stopped; {report}");
        Ok(())
    }

    /// What stands after a word of the command line.
    fn option(name: &str) -> Option<String> {
        std::env::args().skip_while(|argument| argument != name).nth(1)
    }
}
