use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
enum BankError {
    Limits(#[fault(transparent)] tagwire::Fault),
    Named {
        #[fault(hidden)]
        password: String,
    },
}

#[derive(XmlRpcFault)]
struct Wrapper {
    #[fault(transparent)]
    fault: tagwire::Fault,
}

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}
