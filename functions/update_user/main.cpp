#include "core/dynamodb/table_updater.h"
#include "update_user/update_user.h"

int main() {
  return users::serve<serverless::dynamodb::TableUpdater>(users::update_user_endpoint);
}
