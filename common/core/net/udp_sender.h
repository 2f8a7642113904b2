#pragma once

#include <netinet/in.h>

#include <string_view>

namespace serverless::net {

/// Sends datagrams to one address. It never waits and never reports a failure: a datagram that the system
/// does not accept at once is lost, as any datagram may be lost on the network.
class UdpSender {
 public:
  /// `address` is an IPv4 address and a port, such as 127.0.0.1:2000. Throws std::invalid_argument when it is
  /// anything else, and std::system_error when the system cannot create a socket.
  explicit UdpSender(std::string_view address);
  ~UdpSender();
  UdpSender(const UdpSender&) = delete;
  UdpSender& operator=(const UdpSender&) = delete;

  void send(std::string_view datagram) noexcept;

 private:
  sockaddr_in address_;
  int socket_;
};

}  // namespace serverless::net
