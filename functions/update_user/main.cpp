#include "update_user/update_user.h"

#include "app/serve.h"

int main() {
  return users::serve(users::update_user_endpoint);
}
