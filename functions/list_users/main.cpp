#include "list_users/list_users.h"

#include "app/serve.h"

int main() {
  return users::serve(users::list_users_endpoint);
}
