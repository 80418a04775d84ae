use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
enum BankError {
    #[fault(transparent)]
    Database(std::io::Error),
    #[fault(transparent)]
    Name { name: Option<String> },
}

#[derive(XmlRpcFault)]
#[fault(transparent)]
struct Wrapper(String);

#[derive(XmlRpcFault)]
#[fault(transparent)]
struct Named {
    name: String,
}

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}
