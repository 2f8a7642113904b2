#include "http_server.h"

#include <fmt/format.h>

#include <chrono>
#include <stdexcept>
#include <utility>

#include "http_connection.h"

namespace serverless::local_api {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

/// The time before another attempt to accept a connection, after one failed: the program has no file
/// descriptors left, for example.
constexpr std::chrono::milliseconds pause_after_error(100);

/// Throws boost::system::system_error.
void listen(tcp::acceptor& acceptor, const std::string& host, int port) {
  tcp::resolver resolver(acceptor.get_executor());
  const tcp::endpoint endpoint =
      *resolver.resolve(host, std::to_string(port), tcp::resolver::passive | tcp::resolver::numeric_service)
           .begin();
  acceptor.open(endpoint.protocol());
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  acceptor.bind(endpoint);
  acceptor.listen();
}

}  // namespace

HttpServer::HttpServer(asio::io_context& io, const std::string& host, int port, HttpService service)
    : acceptor_(io), pause_(io), service_(std::make_shared<const HttpService>(std::move(service))) {
  try {
    listen(acceptor_, host, port);
    port_ = acceptor_.local_endpoint().port();
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error(fmt::format("cannot listen on {}:{}: {}", host, port, error.code().message()));
  }
}

void HttpServer::stop() {
  acceptor_.close();
  pause_.cancel();
  for (const auto& known : connections_)
    if (const auto connection = known.lock()) connection->finish();
}

void HttpServer::accept() {
  acceptor_.async_accept([this](Error error, tcp::socket socket) {
    if (!acceptor_.is_open()) return;
    if (error) {
      pause_.expires_after(pause_after_error);
      return pause_.async_wait([this](Error cancelled) {
        if (!cancelled && acceptor_.is_open()) accept();
      });
    }
    const auto connection = std::make_shared<HttpConnection>(std::move(socket), service_);
    std::erase_if(connections_, [](const auto& known) { return known.expired(); });
    connections_.push_back(connection);
    connection->serve();
    accept();
  });
}

}  // namespace serverless::local_api
