// A C++ class that JavaScript uses as one of its own: new, methods, properties, delete.
#include <emscripten/bind.h>

#include <string>
#include <vector>

class Account {
public:
  explicit Account(std::string owner) : owner_(std::move(owner)) {}

  void put(double amount) {
    balance_ += amount;
    history_.push_back(amount);
  }

  bool take(double amount) {
    if (amount > balance_) return false;
    put(-amount);
    return true;
  }

  double balance() const { return balance_; }
  std::string owner() const { return owner_; }
  int entries() const { return static_cast<int>(history_.size()); }

private:
  std::string owner_;
  double balance_ = 0;
  std::vector<double> history_;
};

EMSCRIPTEN_BINDINGS(bank) {
  emscripten::class_<Account>("Account")
      .constructor<std::string>()
      .function("put", &Account::put)
      .function("take", &Account::take)
      .property("balance", &Account::balance)
      .property("owner", &Account::owner)
      .function("entries", &Account::entries);
}
