use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
enum BankError {
    #[fault(404)]
    NoAccount(u32),
    #[fault(-404)]
    Closed,
    #[fault("closed")]
    Locked,
}

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}
