"""A workbook of orders, the same for the same seed: what is in it, as Python's own values and as a file."""

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook

COUNTRIES = {
    "Germany": "Europe",
    "France": "Europe",
    "Spain": "Europe",
    "United Kingdom": "Europe",
    "India": "Asia",
    "Japan": "Asia",
    "United States": "North America",
    "Canada": "North America",
    "Brazil": "South America",
}
PRODUCTS = {
    "Laptop Pro 14": ("Computers", "1299.99"),
    "Tablet Air": ("Computers", "649.00"),
    "Office Chair": ("Furniture", "249.50"),
    "Standing Desk": ("Furniture", "599.00"),
    "Bookshelf Oak": ("Furniture", "179.90"),
    "Phone X": ("Phones", "899.00"),
    "Phone Mini": ("Phones", "499.90"),
    "Printer 3000": ("Supplies", "199.95"),
    "Paper A4": ("Supplies", "4.99"),
}
SELLERS = ("Anna Schmidt", "John Miller", "Priya Patel", "Luis García", "Chloé Martin")
STATUSES = ("Delivered", "Shipped", "Cancelled", "Returned")
FIRST_DAY = dt.date(2022, 1, 1)
DAYS = 1096  # three years
HEADER = (
    "Order ID", "Order Date", "Ship Date", "Region", "Country", "Product", "Category", "Customer",
    "Quantity", "Unit Price", "Discount", "Revenue", "Invoice Total", "Status", "Paid", "Sales Rep",
)  # fmt: skip


class Order(NamedTuple):
    """A row. invoice: what is written as text with commas between thousands."""

    id: int
    day: dt.date
    shipped: dt.date
    region: str
    country: str
    product: str
    category: str
    customer: str
    quantity: int
    price: Decimal
    discount: Decimal
    revenue: Decimal
    invoice: Decimal
    status: str
    paid: bool
    seller: str


def orders(count: int, *, seed: int = 20) -> list[Order]:
    """Customers are a tenth of the orders, most of them with several."""
    chance = random.Random(seed)
    return [_order(chance, 10_001 + n, customers=max(20, count // 10)) for n in range(count)]


def write_workbook(path: Path, rows: list[Order]) -> None:
    """One sheet; days of shipping as dd.mm.yyyy, invoices as 1,234.50, paid as yes and no."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Orders")
    sheet.append(HEADER)
    for row in rows:
        sheet.append(
            (
                row.id,
                row.day,
                f"{row.shipped:%d.%m.%Y}",
                *row[3:9],
                float(row.price),
                float(row.discount),
                float(row.revenue),
                f"{row.invoice:,.2f}",
                row.status,
                "yes" if row.paid else "no",
                row.seller,
            )
        )
    book.save(path)


def _order(chance: random.Random, number: int, *, customers: int) -> Order:
    country = chance.choices(list(COUNTRIES), weights=range(9, 0, -1))[0]
    product = chance.choice(list(PRODUCTS))
    category, price = PRODUCTS[product]
    day = FIRST_DAY + dt.timedelta(days=chance.randrange(DAYS))
    quantity = chance.randint(1, 20)
    discount = Decimal(chance.choice(("0", "0", "0", "0.05", "0.1", "0.2")))
    revenue = (quantity * Decimal(price) * (1 - discount)).quantize(Decimal("0.01"))
    return Order(
        id=number,
        day=day,
        shipped=day + dt.timedelta(days=chance.randint(1, 14)),
        region=COUNTRIES[country],
        country=country,
        product=product,
        category=category,
        customer=f"Customer {chance.randint(1, customers):05}",
        quantity=quantity,
        price=Decimal(price),
        discount=discount,
        revenue=revenue,
        invoice=(revenue * Decimal("1.19")).quantize(Decimal("0.01")),
        status=chance.choices(STATUSES, weights=(70, 15, 10, 5))[0],
        paid=chance.random() < 0.8,
        seller=chance.choice(SELLERS),
    )
