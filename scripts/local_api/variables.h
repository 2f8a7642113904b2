#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "template.h"

namespace users::local_api {

/// The AWS_* variables and PATH of this process: all of its own environment that a function gets to see.
Variables inherited_variables();

/// The environment of a function, as Lambda sets it up, but for AWS_LAMBDA_RUNTIME_API.
///
/// What is named later wins: Lambda's defaults, the template's variables, the inherited ones, those that
/// Lambda reserves, and `overrides`. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
Variables function_variables(const FunctionTemplate& function, const std::filesystem::path& task_root,
                             const std::string& region, const Variables& inherited,
                             const Variables& overrides);

}  // namespace users::local_api
