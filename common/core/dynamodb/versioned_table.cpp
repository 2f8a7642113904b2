#include "core/dynamodb/versioned_table.h"

#include <algorithm>

namespace serverless::dynamodb {

bool VersionCondition::allows(std::int64_t version) const {
  return !any_of || std::ranges::find(*any_of, version) != any_of->end();
}

}  // namespace serverless::dynamodb
