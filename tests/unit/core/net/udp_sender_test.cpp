#include "core/net/udp_sender.h"

#include <gmock/gmock.h>

#include "tests/support/udp_receiver.h"

namespace serverless::net::testing {
namespace {

using serverless::testing::UdpReceiver;

TEST(UdpSender, SendsEachTextAsADatagram) {
  UdpReceiver receiver;
  UdpSender sender(receiver.address());
  sender.send("first");
  sender.send("second\n");
  EXPECT_EQ(receiver.next(), "first");
  EXPECT_EQ(receiver.next(), "second\n");
  EXPECT_EQ(receiver.next(), std::nullopt);
}

TEST(UdpSender, DropsADatagramThatTheSystemDoesNotAccept) {
  UdpReceiver receiver;
  UdpSender sender(receiver.address());
  sender.send(std::string(100'000, 'x'));  // larger than a datagram
  EXPECT_EQ(receiver.next(), std::nullopt);
  sender.send("next");
  EXPECT_EQ(receiver.next(), "next");
}

TEST(UdpSender, DropsDatagramsThatAFullReceiverDoesNotAccept) {
  UdpReceiver receiver;
  UdpSender sender(receiver.address());
  for (int i = 0; i < 10'000; ++i) sender.send(std::string(1000, 'x'));
  while (receiver.next()) continue;
  sender.send("next");
  EXPECT_EQ(receiver.next(), "next");
}

TEST(UdpSender, ReachesAReceiverThatStartsLater) {
  const std::uint16_t port = UdpReceiver().port();
  UdpSender sender(fmt::format("127.0.0.1:{}", port));
  for (int i = 0; i < 3; ++i) sender.send("lost");
  UdpReceiver receiver(port);
  sender.send("first");
  EXPECT_EQ(receiver.next(), "first");
}

TEST(UdpSender, RefusesAnAddressWithoutAnIpv4HostAndAPort) {
  for (const char* address :
       {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:20x", "127.0.0.1: 20",
        "127.0.0.1:-1", ":2000", "localhost:2000", "127.0.0:2000", "[::1]:2000", "::1:2000",
        "udp:127.0.0.1:2000", "127.0.0.1:2000 "})
    EXPECT_THROW(UdpSender{address}, std::invalid_argument) << address;
}

}  // namespace
}  // namespace serverless::net::testing
