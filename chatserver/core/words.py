"""The words of handles: gentle adjectives, and animals and plants nobody minds being.

Left out on purpose: words about bodies, minds, illness, size, age or worth; animals used as insults or feared by
many; plants that stand for
graves, drugs or alcohol.
"""

_ADJECTIVES = """
Amber Apricot Autumn Azure Balmy Beaming Blooming Blue Breezy Bright Brisk Bronze Calm Candid Caring Cedar Cheerful
Clear
Cobalt Copper Coral Cordial Cosy Cotton Crimson Crisp Curious Daring Dawning Dappled Dewy Drifting Dusky Earnest Easy
Emerald Even Evening Fair Faithful Fern Flowing Fond Forest Frank Fresh Friendly Gentle Gilded Glad Gleaming Glowing
Golden
Good Gracious Green Hazel Hearty Helpful Hidden Honest Hopeful Humble Indigo Inland Ivory Jade Jolly Joyful Keen Kind
Kindly Lasting Lavender Leafy Light Lilac Listening Lively Lone Loyal Lucky Lunar Maple Marine Mellow Merry Mild Mindful
Mint Misty Modest Moonlit Morning Mossy Mountain Native Neat Nimble Noble Northern Olive Open Opal Orchard Pacific
Patient
Peaceful Peach Pearl Pensive Placid Plain Playful Pleasant Polite Prairie Proud Quiet Radiant Rainy Ready Restful
River Roaming
Rolling Rosy Ruby Rustic Rustling Sandy Sapphire Sea Serene Shady Shining Silent Silver Simple Sincere Sky Snowy Soft
Solar Sparkling Spring
Spruce Steady Still Stony Summer Sunlit Sunny Swift Tawny Teal Tender Thankful Thoughtful Tidal Tranquil True Trusty
Twilight
Umber Upland Valiant Velvet Vernal Violet Warm Watchful Wandering Western White Willing Windy Winter Wise Wistful
Wondering Wooded Woven
"""

_NOUNS = """
Acacia Albatross Alder Alpaca Amaryllis Anemone Antelope Apple Ash Aspen Aster Avocet Azalea Badger Bamboo Barley
Basil Bayberry Beaver Beech Bee
Begonia Bellflower Bilberry Birch Bison Bittern Blackbird Bluebell Bluebird Bobolink Bracken Bramble Briar Bullfinch
Bunting Buttercup Butterfly Camellia Campion Canary Capybara Cardinal Caribou Carnation Cassia Catkin Cedar Celandine
Chaffinch Chamois Cherry
Chestnut Chickadee Chicory Chinchilla Chipmunk Cicely Clematis Clover Columbine Condor Coneflower Conifer Coral
Cormorant Cornflower Cowslip Crane Cricket
Crocus Curlew Cypress Daffodil Dahlia Daisy Damselfly Deer Dolphin Dormouse Dotterel Dove Dragonfly Duck Dunlin
Dunnock Eagle Edelweiss Egret
Eider Elder Elk Elm Falcon Fennel Fern Fieldfare Fig Finch Fir Firefly Flamingo Flax Flycatcher Foxglove Freesia
Fuchsia Fulmar Gannet
Gazelle Gentian Geranium Ginkgo Goldcrest Goldfinch Goose Grebe Greenfinch Grouse Guillemot Gull Hare Harebell
Hawthorn Hazel Heather Hedgehog Heron
Hibiscus Holly Hollyhock Honeybee Honeysuckle Hoopoe Hornbeam Hummingbird Hyacinth Hydrangea Ibex Ibis Iris Ivy
Jackdaw Jasmine Jay Juniper Kestrel
Kingfisher Kinglet Kite Kittiwake Kiwi Koala Ladybird Lapwing Larch Lark Larkspur Laurel Lavender Lemming Lilac Lily
Linden Linnet Llama Loon
Lotus Lupin Lynx Magnolia Magpie Mallard Mallow Manatee Maple Marigold Marjoram Marmot Marten Martin Meadowlark
Merganser Merlin Mimosa Mint
Moorhen Moss Myrtle Narwhal Nightingale Nuthatch Oak Ocelot Oleander Olive Orchid Oriole Osprey Otter Ouzel Owl
Oystercatcher Palm Pansy Parakeet
Partridge Pelican Penguin Peony Peregrine Petrel Petunia Pheasant Pika Pine Pintail Pipit Plover Plum Polecat Poplar
Porpoise Primrose Ptarmigan
Puffin Quail Quince Rabbit Redpoll Redstart Redwing Reindeer Robin Rook Rosemary Rowan Ruff Rush Saffron Sage Salmon
Sandpiper Saxifrage Seahorse
Seal Sedge Shearwater Shelduck Shrike Siskin Skylark Snipe Snowdrop Sorrel Sparrow Speedwell Spoonbill Spruce
Squirrel Starfish Starling Stoat
Stonechat Stork Sunflower Swallow Swan Swift Sycamore Tamarack Tanager Teal Tern Thistle Thrush Thyme Toucan Tulip
Turnstone Turtle Veery
Verbena Vervain Viburnum Vole Wagtail Walnut Warbler Waxwing Wheatear Whimbrel Whinchat Wigeon Willow Wisteria
Woodlark Woodpecker Wren
Yarrow Zinnia
"""

ADJECTIVES: tuple[str, ...] = tuple(_ADJECTIVES.split())
NOUNS: tuple[str, ...] = tuple(_NOUNS.split())
