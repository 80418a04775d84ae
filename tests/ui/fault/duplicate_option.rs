use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
#[fault(package = "tagwire", code = 1, package = "tagwire")]
enum BankError {
    #[fault(code = 404, code = 404)]
    NoAccount(u32),
    #[fault(hidden)]
    #[fault(hidden)]
    Database,
    #[fault(transparent, transparent)]
    Limits(tagwire::Fault),
}

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}
