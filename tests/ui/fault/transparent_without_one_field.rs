use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
enum BankError {
    #[fault(transparent)]
    Closed,
    #[fault(transparent)]
    Empty {},
    #[fault(transparent)]
    Limits(tagwire::Fault, u32),
}

#[derive(XmlRpcFault)]
#[fault(transparent)]
struct Named {
    fault: tagwire::Fault,
    account: u32,
}

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}
