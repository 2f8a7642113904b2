#pragma once

#include <string_view>

/// A fuzz target is one file that checks properties of any input. libFuzzer
/// (https://llvm.org/docs/LibFuzzer.html) looks for inputs that reach new code, and keeps an input that
/// violates a property; `scripts/test.sh fuzz` runs all targets.
namespace serverless::fuzz {

/// The target: ends the process, by `require` or by an exception that escapes, when a property does not hold.
void try_input(std::string_view input);

/// Ends the process unless the property holds.
void require(bool holds, std::string_view property);

}  // namespace serverless::fuzz
