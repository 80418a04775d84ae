use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
union BankError {
    account: u32,
    limit: f32,
}

fn main() {}
