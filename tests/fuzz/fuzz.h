#pragma once

#include <string_view>

/// What a fuzz target is: one file that says what must hold of any input, wherever it comes from. The fuzzer
/// (libFuzzer, https://llvm.org/docs/LibFuzzer.html) looks for inputs that reach new code, and keeps one for
/// which something does not hold; tests/fuzz/run.sh runs them all.
namespace serverless::fuzz {

/// The target: crashes, by an exception that escapes as well as by `require`, when it should not.
void try_input(std::string_view input);

/// Ends the process unless the property holds.
void require(bool holds, std::string_view property);

}  // namespace serverless::fuzz
