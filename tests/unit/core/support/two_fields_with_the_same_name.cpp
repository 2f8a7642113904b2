#include "core/support/fields.h"

struct Values {
  int first = 0;
  int second = 0;

  static constexpr auto fields() {
    return std::tuple(serverless::Field("number", &Values::first, serverless::integer_from<1, 2>),
                      serverless::Field("number", &Values::second, serverless::integer_from<1, 2>));
  }
};

void visit() {
  serverless::for_each_field<Values>([](const auto&) {});
}
