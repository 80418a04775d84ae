use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
#[fault(package = "my_tagwire")]
enum BankError {
    #[fault(code = 404)]
    NoAccount(u32),
    #[fault(hidden)]
    Database,
    Closed,
}

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}
