use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
#[fault(package = tagwire())]
enum BankError {
    Closed,
}

#[derive(XmlRpcFault)]
#[fault(package = "my-tagwire")]
struct Dashed;

#[derive(XmlRpcFault)]
#[fault(package = "")]
struct Empty;

#[derive(XmlRpcFault)]
#[fault(package)]
struct Nothing;

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}
