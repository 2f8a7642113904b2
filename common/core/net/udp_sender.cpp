#include "core/net/udp_sender.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <system_error>

#include "core/support/parse_integer.h"

namespace serverless::net {
namespace {

sockaddr_in parse(std::string_view address) {
  const auto colon = address.find(':');
  const std::string host(address.substr(0, colon));
  const auto number = colon == std::string_view::npos ? "" : address.substr(colon + 1);
  const auto port = parse_integer<std::uint16_t>(number).value_or(0);
  sockaddr_in parsed{};
  parsed.sin_family = AF_INET;
  parsed.sin_port = htons(port);
  if (port == 0 || inet_pton(AF_INET, host.c_str(), &parsed.sin_addr) != 1)
    throw std::invalid_argument("the address must be an IPv4 address and a port, such as 127.0.0.1:2000");
  return parsed;
}

}  // namespace

UdpSender::UdpSender(std::string_view address)
    : address_(parse(address)), socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  if (socket_ < 0) throw std::system_error(errno, std::generic_category(), "socket");
}

UdpSender::~UdpSender() {
  close(socket_);
}

void UdpSender::send(std::string_view datagram) noexcept {
  // The socket is not connected. On a connected socket, the error for a datagram to a closed port would make
  // a later send fail.
  (void)sendto(socket_, datagram.data(), datagram.size(), MSG_DONTWAIT,
               reinterpret_cast<const sockaddr*>(&address_), sizeof address_);
}

}  // namespace serverless::net
