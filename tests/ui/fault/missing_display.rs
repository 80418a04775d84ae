use tagwire::XmlRpcFault;

#[derive(Debug, XmlRpcFault)]
enum BankError {
    #[fault(code = 404)]
    NoAccount(u32),
    #[fault(hidden)]
    Database(std::io::Error),
    Closed,
}

#[derive(Debug, XmlRpcFault)]
struct LimitError {
    limit: u32,
}

#[derive(Debug, XmlRpcFault)]
#[fault(hidden)]
struct Secret(u32);

fn main() {}
