#include "core/app/serve.h"
#include "core/dynamodb/table_updater.h"
#include "update_user/update_user.h"
#include "users/api.h"
#include "users/user_item.h"

int main() {
  return serverless::serve(
      serverless::bind<serverless::dynamodb::TableUpdater>(users::update_user_endpoint, users::users_table),
      users::api_names);
}
