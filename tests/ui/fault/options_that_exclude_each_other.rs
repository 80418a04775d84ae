use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
enum BankError {
    #[fault(code = 404, hidden)]
    NoAccount(u32),
    #[fault(hidden, transparent)]
    Database(tagwire::Fault),
    #[fault(transparent)]
    #[fault(code = 1)]
    Limits(tagwire::Fault),
}

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}
