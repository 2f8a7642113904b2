#pragma once

#include "core/support/clock.h"
#include "core/support/fields.h"
#include "core/support/ids.h"
#include "core/support/result.h"

namespace serverless::dynamodb {}
namespace serverless::http {}
namespace serverless::json {}

/// The names of the core that much of the domain uses without qualification, and the rules of fields. A file
/// imports others for itself.
namespace users {

namespace dynamodb = serverless::dynamodb;
namespace http = serverless::http;
namespace json = serverless::json;

using serverless::any_bool;
using serverless::Checked;
using serverless::Clock;
using serverless::collect;
using serverless::failure;
using serverless::Field;
using serverless::FieldFault;
using serverless::from_rfc3339;
using serverless::Ids;
using serverless::Instant;
using serverless::integer_from;
using serverless::one_of;
using serverless::Problem;
using serverless::Result;
using serverless::text_from;
using serverless::to_rfc3339;
using serverless::unpacked;

}  // namespace users
