"""What the demo shops sell: 24 categories and the favourites on the first page of tiles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assortment:
    """A category and how its articles are made up.

    Attributes:
        tax: R reduced, M middle (prepared food), S standard.
        measure: how a pack's size is named: weight, volume, count, or kg for weighed goods.
        low, high: range of prices in minor units.
    """

    category: str
    name: str
    icon: str
    tint: str
    tax: str
    measure: str
    low: int
    high: int
    nouns: tuple[str, ...]
    min_age: int = 0


def _a(key: str, looks: str, terms: str, nouns: str, min_age: int = 0) -> Assortment:
    name, icon, tint = looks.split("|")
    tax, measure, low, high = terms.split()
    words = tuple(noun.strip() for noun in nouns.split(","))
    return Assortment(key, name, icon, tint, tax, measure, int(low), int(high), words, min_age)


ASSORTMENTS = (
    _a(
        "bakery",
        "Bakery|croissant|yellow",
        "R count 90 480",
        "White loaf, Rye loaf, Baguette, Bagel, Bun, Brioche, Pretzel, Ciabatta, Muffin, Scone",
    ),
    _a(
        "fruit",
        "Fruit & veg|apple|green",
        "R kg 120 690",
        "Apples, Pears, Oranges, Grapes, Tomatoes, Onions, Potatoes, Peppers, Courgettes, Plums",
    ),
    _a(
        "dairy",
        "Dairy|milk|blue",
        "R volume 89 420",
        "Milk, Buttermilk, Yoghurt, Kefir, Cream, Custard, Skyr, Drinking yoghurt",
    ),
    _a(
        "cheese",
        "Cheese|pizza|yellow",
        "R kg 890 2890",
        "Gouda, Edam, Emmental, Brie, Manchego, Cheddar, Comté, Feta",
    ),
    _a(
        "meat",
        "Meat|beef|rose",
        "R kg 790 3490",
        "Minced beef, Pork chops, Chicken breast, Lamb cutlet, Veal, Turkey, Sausage",
    ),
    _a(
        "fish",
        "Fish|fish|teal",
        "R kg 1190 3290",
        "Salmon, Cod, Plaice, Mackerel, Trout, Shrimp, Tuna",
    ),
    _a(
        "deli",
        "Deli|ham|peach",
        "R weight 149 690",
        "Ham, Salami, Pâté, Hummus, Olives, Tapenade, Roast beef, Pesto",
    ),
    _a(
        "meals",
        "Meals|soup|peach",
        "M weight 290 990",
        "Lasagne, Soup, Curry, Stew, Noodles, Quiche, Risotto, Salad bowl",
    ),
    _a(
        "cafe",
        "Café|coffee|peach",
        "M count 180 620",
        "Espresso, Cappuccino, Latte, Tea, Wrap, Panini, Waffle, Smoothie",
    ),
    _a(
        "breakfast",
        "Breakfast|wheat|yellow",
        "R weight 149 540",
        "Muesli, Oats, Corn flakes, Granola, Crispbread, Honey, Jam, Peanut butter",
    ),
    _a(
        "pantry",
        "Pantry|utensils|grey",
        "R weight 79 490",
        "Rice, Pasta, Flour, Lentils, Chickpeas, Sugar, Couscous, Beans, Tomato sauce, Mustard",
    ),
    _a(
        "sweets",
        "Sweets|candy|violet",
        "R weight 99 590",
        "Chocolate, Liquorice, Toffees, Fruit gums, Biscuits, Wafers, Mints, Pralines",
    ),
    _a(
        "snacks",
        "Snacks|popcorn|yellow",
        "R weight 119 390",
        "Crisps, Nuts, Popcorn, Crackers, Pretzels, Rice cakes, Tortillas",
    ),
    _a(
        "frozen",
        "Frozen|snowflake|blue",
        "R weight 199 890",
        "Peas, Spinach, Fries, Pizza, Ice cream, Berries, Fish fingers, Croquettes",
    ),
    _a(
        "drinks",
        "Drinks|cup-soda|teal",
        "R volume 69 320",
        "Cola, Lemonade, Mineral water, Apple juice, Orange juice, Iced tea, Tonic, Ginger ale",
    ),
    _a(
        "hot-drinks",
        "Coffee & tea|coffee|grey",
        "R weight 199 1190",
        "Coffee beans, Ground coffee, Coffee pads, Black tea, Green tea, Herbal tea, Cocoa",
    ),
    _a(
        "wine",
        "Wine|wine|rose",
        "S volume 399 2490",
        "Pinot noir, Merlot, Riesling, Chardonnay, Rosé, Rioja, Cava, Prosecco",
        18,
    ),
    _a(
        "beer",
        "Beer|beer|yellow",
        "S volume 89 390",
        "Pilsner, Pale ale, Wheat beer, Stout, Dubbel, Tripel, Porter",
        18,
    ),
    _a(
        "spirits",
        "Spirits|glass-water|violet",
        "S volume 999 4990",
        "Gin, Vodka, Rum, Whisky, Cognac, Genever, Vermouth",
        18,
    ),
    _a(
        "household",
        "Household|spray-can|teal",
        "S count 99 1290",
        "Detergent, Dish soap, Kitchen roll, Bin bags, Sponges, Cleaner, Candles, Batteries",
    ),
    _a(
        "care",
        "Personal care|soap-dispenser-droplet|violet",
        "S count 149 1490",
        "Shampoo, Soap, Toothpaste, Deodorant, Hand cream, Razor blades, Tissues, Sun cream",
    ),
    _a(
        "baby",
        "Baby|baby|rose",
        "S count 199 1890",
        "Nappies, Wipes, Formula, Rattle, Bottle, Bib, Bath oil",
    ),
    _a(
        "pets",
        "Pets|paw-print|peach",
        "S weight 129 2490",
        "Cat food, Dog food, Cat litter, Treats, Bird seed, Chew bone",
    ),
    _a(
        "paper",
        "Stationery|pen|grey",
        "S count 79 990",
        "Notebook, Ballpoint, Envelope, Tape, Marker, Gift wrap, Birthday card, Newspaper",
    ),
)

FAVOURITES = (
    # name | category | icon | price in minor units | unit
    "Whole milk 1 L|dairy|milk|129|piece",
    "Butter 250 g|dairy|cup-soda|279|piece",
    "Free-range eggs ×10|dairy|egg|349|piece",
    "Sourdough loaf|bakery|sandwich|420|piece",
    "Croissant|bakery|croissant|160|piece",
    "Bananas|fruit|banana|185|kg",
    "Gala apples|fruit|apple|290|kg",
    "Carrots 1 kg|fruit|carrot|110|piece",
    "Cherries 500 g|fruit|cherry|550|piece",
    "Salmon fillet|fish|fish|1890|kg",
    "Rib-eye steak|meat|beef|2950|kg",
    "Caesar salad|meals|salad|590|piece",
    "Pizza slice|cafe|pizza|320|piece",
    "Flat white|cafe|coffee|310|piece",
    "Lemonade 330 ml|drinks|cup-soda|175|piece",
    "Pinot noir 0.75|wine|wine|1240|piece",
    "Pale ale 0.5|beer|beer|260|piece",
    "Oat cookies|sweets|cookie|235|piece",
    "Jelly beans|sweets|candy|195|piece",
    "Vanilla ice cream|frozen|ice-cream-cone|480|piece",
    "Rye crispbread|breakfast|wheat|225|piece",
    "Hand soap lavender 300 ml|care|soap-dispenser-droplet|220|piece",
    "Cotton T-shirt|household|shirt|1290|piece",
    "Birthday card|paper|mail|295|piece",
    "Cat food 400 g|pets|cat|189|piece",
    "Lemons 500 g|fruit|citrus|199|piece",
    "Red grapes|fruit|grape|390|kg",
    "Popcorn sweet|snacks|popcorn|179|piece",
    "Ham sandwich|cafe|sandwich|450|piece",
    "Sparkling water 1 L|drinks|droplets|99|piece",
)
