#include "core/support/fields.h"

// Structs whose declarations the compiler must refuse. -DREFUSED=WithoutOne selects the one that it compiles.

using serverless::any_bool;
using serverless::Field;
using serverless::integer_from;

struct WithoutOne {
  bool a;
  bool b;
  static constexpr auto fields() { return std::tuple(Field("a", &WithoutOne::a, any_bool)); }
};

struct WithOneTwice {
  bool a;
  bool b;
  static constexpr auto fields() {
    return std::tuple(Field("a", &WithOneTwice::a, any_bool), Field("b", &WithOneTwice::a, any_bool));
  }
};

struct WithOneName {
  bool a;
  int b;
  static constexpr auto fields() {
    return std::tuple(Field("a", &WithOneName::a, any_bool), Field("a", &WithOneName::b, integer_from<1, 2>));
  }
};

struct WithAnArray {
  bool a;
  int b[2];
  static constexpr auto fields() { return std::tuple(Field("a", &WithAnArray::a, any_bool)); }
};

struct WithABase : WithoutOne {
  bool c;
  static constexpr auto fields() { return std::tuple(Field("c", &WithABase::c, any_bool)); }
};

void visit() {
  serverless::for_each_field<REFUSED>([](const auto&) {});
}
