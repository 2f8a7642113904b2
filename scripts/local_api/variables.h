#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "template.h"

namespace serverless::local_api {

/// Returns PATH and the AWS_* variables of this process, which the functions inherit.
Variables inherited_variables();

/// Returns the variables that Lambda would set for a function, without AWS_LAMBDA_RUNTIME_API.
///
/// Each of these sources overrides the previous ones: Lambda's defaults, the variables of the template,
/// inherited variables, the variables that Lambda reserves, and `overrides`.
/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
Variables function_variables(const FunctionTemplate& function, const std::filesystem::path& task_root,
                             const std::string& region, const Variables& inherited,
                             const Variables& overrides);

}  // namespace serverless::local_api
