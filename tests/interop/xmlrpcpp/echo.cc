// XmlRpc++'s server (the one of ROS 1) with one method, which answers what it is given. Tells its port as a line of
// JSON, and ends when stdin does.

#include <iostream>
#include <stdexcept>
#include <thread>
#include <unistd.h>

#include <xmlrpcpp/XmlRpc.h>

using namespace XmlRpc;

class Echo : public XmlRpcServerMethod {
public:
  explicit Echo(XmlRpcServer* server) : XmlRpcServerMethod("echo", server) {}

  void execute(XmlRpcValue& params, XmlRpcValue& result) override {
    // A document that it does not understand is a call without parameters to it.
    if (!params.valid() || params.size() != 1 || !params[0].valid()) {
      throw XmlRpcException("nothing that XmlRpc++ understands", 7);
    }
    result = params[0];
  }
};

int main() {
  XmlRpcServer server;
  Echo echo(&server);
  if (!server.bindAndListen(0)) {
    return 1;
  }
  std::cout << "{\"port\": " << server.get_port() << "}" << std::endl;

  std::thread([] {
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    _exit(0);
  }).detach();
  server.work(-1.0);
}
