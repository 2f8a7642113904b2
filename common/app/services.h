#pragma once

#include "support/clock.h"
#include "support/ids.h"
#include "users/user_store.h"

namespace users {

/// All that a handler may use of the world.
struct Services {
  UserStore& users;
  Clock& clock;
  Ids& ids;
};

}  // namespace users
