"""The words of handles: gentle adjectives, and animals and plants nobody minds being.

Left out on purpose: words about bodies, minds, illness, size, age or worth; animals used as insults or feared by many;
plants that stand for graves, drugs or alcohol.
"""

_ADJECTIVES = """
Amber Amiable Apricot Autumn Azure Balmy Beaming Blooming Blue Bountiful Breezy Bright Brisk Calm Candid Caring Cedar
Celestial Cheerful Clear Cobalt Considerate Copper Coral Cordial Cosy Cotton Crimson Crisp Curious Dappled Daring
Dawning Devoted Dewy Dreaming Drifting Earnest Easy Emerald Even Evening Evergreen Fair Faithful Feathered Fern
Flourishing Flowing Fond Forest Frank Fresh Friendly Gentle Gilded Glad Gleaming Glowing Golden Good Gracious Green
Harmonious Hazel Hearty Helpful Hidden Honest Hopeful Humble Hushed Indigo Inland Ivory Jade Jolly Joyful Keen Kind
Kindly Lasting Lavender Leafy Light Lilac Listening Lively Loyal Lucky Luminous Lunar Maple Marine Meadow Mellow Merry
Mild Mindful Mint Misty Modest Moonlit Morning Mossy Mountain Neat Nestling Nimble Noble Northern Olive Opal Open
Orchard Pacific Pastoral Patient Peaceful Peach Pearl Pensive Placid Plain Playful Pleasant Polite Prairie Proud Quiet
Radiant Rainy Ready Restful Resting Ripening River Roaming Rolling Rosy Ruby Rustic Rustling Sandy Sapphire Sea Serene
Shady Sheltering Shining Silent Silver Sincere Sky Soft Solar Soothing Spring Spruce Starlit Steady Still Strolling
Summer Sunlit Sunny Sunrise Swift Teal Tender Thankful Thoughtful Tidal Tranquil True Trusty Twilight Unhurried Upland
Valiant Velvet Vernal Violet Wandering Warm Watchful Western Wholesome Windy Winter Wise Wistful Wondering Wooded
Woodland Woven Zestful
"""

_NOUNS = """
Acacia Albatross Alder Alpaca Amaryllis Anemone Antelope Apple Aspen Aster Avocet Azalea Badger Bamboo Barley Basil
Bayberry Beech Begonia Bellflower Bilberry Birch Bison Bittern Blackbird Bluebell Bluebird Bobolink Bracken Bramble
Briar Bullfinch Bunting Buttercup Butterfly Camellia Campion Canary Capybara Cardinal Caribou Carnation Cassia Catkin
Celandine Chaffinch Chamois Chestnut Chickadee Chicory Chinchilla Chipmunk Cicely Clematis Clover Columbine Coneflower
Conifer Cormorant Cornflower Cowslip Crane Cricket Crocus Curlew Daffodil Dahlia Daisy Damselfly Deer Dolphin Dormouse
Dotterel Dove Dragonfly Dunlin Dunnock Eagle Edelweiss Egret Eider Elder Elk Elm Falcon Fennel Fieldfare Fig Finch Fir
Firefly Flamingo Flax Flycatcher Freesia Fuchsia Fulmar Gannet Gazelle Gentian Geranium Ginkgo Goldcrest Goldfinch
Grebe Greenfinch Guillemot Hare Harebell Hawthorn Heather Hedgehog Heron Hibiscus Holly Hollyhock Honeybee Honeysuckle
Hoopoe Hornbeam Hummingbird Hyacinth Hydrangea Ibex Ibis Iris Ivy Jackdaw Jasmine Jay Juniper Kestrel Kingfisher
Kinglet Kittiwake Kiwi Koala Ladybird Lapwing Larch Lark Larkspur Laurel Lily Linden Linnet Llama Lotus Lupin Lynx
Magnolia Magpie Mallard Mallow Manatee Marigold Marjoram Marmot Marten Meadowlark Merganser Merlin Moorhen Moss Myrtle
Narwhal Nightingale Nuthatch Oak Ocelot Orchid Oriole Osprey Otter Ouzel Owl Oystercatcher Palm Parakeet Partridge
Pelican Penguin Peony Peregrine Petrel Petunia Pheasant Pika Pine Pintail Pipit Plover Plum Poplar Porpoise Primrose
Ptarmigan Puffin Quince Rabbit Redpoll Redstart Redwing Reindeer Robin Rosemary Rowan Saffron Sage Salmon Sandpiper
Saxifrage Seahorse Seal Sedge Shearwater Shelduck Siskin Skylark Snipe Snowdrop Sorrel Sparrow Speedwell Spoonbill
Squirrel Starfish Starling Stoat Stonechat Stork Sunflower Swan Sycamore Tamarack Tanager Tern Thistle Thyme Toucan
Tulip Turnstone Turtle Veery Verbena Vervain Viburnum Vole Wagtail Walnut Warbler Waxwing Wheatear Whimbrel Whinchat
Wigeon Willow Wisteria Woodlark Woodpecker Wren Yarrow Zinnia
"""

ADJECTIVES: tuple[str, ...] = tuple(_ADJECTIVES.split())
NOUNS: tuple[str, ...] = tuple(_NOUNS.split())
