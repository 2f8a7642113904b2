#pragma once

namespace users::net {

/// Has OpenSSL offer the algorithms that TLS 1.2 and 1.3 with AWS's endpoints and signed tokens need, and no
/// others. It lists all algorithms of a kind when the first of them is asked for, which is more than a third
/// of the instructions of a first handshake. To be called once, before anything else of OpenSSL; a shared
/// OpenSSL stays as it is. https://docs.openssl.org/3.0/man7/provider-base/
void offer_needed_algorithms();

}  // namespace users::net
