use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
enum BankError {
    #[fault(code: 404)]
    NoAccount(u32),
    #[fault(hidden code = 1)]
    Database,
    #[fault(code = 1 2)]
    Closed,
    #[fault(=)]
    Locked,
    #[fault(,)]
    Missing,
    #[fault(code = 1 +)]
    Half,
}

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}
