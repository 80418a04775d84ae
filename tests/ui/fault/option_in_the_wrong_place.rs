use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
#[fault(transparent)]
enum BankError {
    #[fault(package = "tagwire")]
    Limits(tagwire::Fault),
}

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}
